import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastsMs, loadOf, thresholdsOf } from '../core/profile.ts';
import { readOptions } from '../emitter/options.ts';
import { emitterArgs } from '../targets/kube/emitter-args.ts';
import { loadProfiles, pickProfile } from './load-profiles.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'load', 'profiles');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('every file is a profile that the emitter can write, with limits', async () => {
  const all = await loadProfiles(FOLDER);
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['burst', 'fan-in', 'outage', 'ramp', 'replay', 'smoke', 'soak', 'spikes', 'steady']),
  );
  for (const profile of all) {
    expect(profile.name).toMatch(/^[a-z0-9-]+$/);
    expect(profile.title.length).toBeGreaterThan(30);
    expect(thresholdsOf(profile).map(({ name }) => name)).toContain('missing');
    const { stages, files } = readOptions(emitterArgs('r1', '/l/app.log', loadOf(profile)))!;
    expect(stages!.reduce((sum, { forMs }) => sum + forMs, 0)).toBeCloseTo(lastsMs(profile), 6);
    expect(files).toHaveLength(profile.sizes?.length ?? 1);
  }
});

test('a profile is picked by its name; an unknown one lists those there are', async () => {
  const all = await loadProfiles(FOLDER);
  expect(pickProfile(all, 'steady')).toMatchObject({ name: 'steady', stages: [{ linesPerSecond: 1000 }] });
  expect(() => pickProfile(all, 'stedy')).toThrow(
    /^unknown profile "stedy" \(did you mean "steady"\?\); there are:\n {2}burst: .*\n {2}steady: [^\n]*$/s,
  );
});

test('a file that is no profile, or one that cannot be run, is named', async () => {
  writeFileSync(
    join(folder, 'good.ts'),
    "export default { title: 't', stages: [{ for: '1s', linesPerSecond: 1 }], thresholds: [] }",
  );
  writeFileSync(join(folder, 'good.test.ts'), 'throw new Error()');
  expect(await loadProfiles(folder)).toMatchObject([{ name: 'good' }]);
  writeFileSync(join(folder, 'none.ts'), 'export const title = 1;');
  await expect(loadProfiles(folder)).rejects.toThrow(
    'none.ts exports no profile: expected "export default defineProfile',
  );
  rmSync(join(folder, 'none.ts'));
  writeFileSync(
    join(folder, 'endless.ts'),
    "export default { title: 't', stages: [{ linesPerSecond: 1 }], thresholds: [] }",
  );
  await expect(loadProfiles(folder)).rejects.toThrow('profile endless: stage 1: it has no end: expected for');
});
