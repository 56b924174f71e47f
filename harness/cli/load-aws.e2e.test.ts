import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import type { LoadResults } from '../core/load-results.ts';
import { ourContainers } from '../tools/ours.ts';
import { ROOT } from './root.ts';
import { spawnCli } from './spawn-cli.ts';

const docker = inject('docker');
/** Where the command puts its temporary files: what it leaves there can be seen. */
const TMPDIR = mkdtempSync(join(tmpdir(), 'efk-test-'));
afterAll(() => rmSync(TMPDIR, { recursive: true }));

/** Containers and folders of a rehearsal. */
async function left(): Promise<string[]> {
  const containers = (await ourContainers()).map(({ name }) => name).filter((name) => !before.has(name));
  return [...containers, ...readdirSync(TMPDIR).filter((name) => name.startsWith('efk-'))];
}
const before = new Set(docker ? (await ourContainers()).map(({ name }) => name) : []);

describe.skipIf(!docker)('a load in a rehearsal of AWS', () => {
  test('has figures without an edge, says that it is a rehearsal, and leaves nothing', async () => {
    const { code, stdout, stderr } = await spawnCli(
      'load',
      ['--target', 'aws', '--rehearse', '--profile', 'smoke', '--for', '10s', '--json'],
      { env: { TMPDIR } },
    );
    expect(code, stderr).toBe(0);
    const results = JSON.parse(stdout) as LoadResults;
    expect(results).toMatchObject({ target: 'aws', outcome: 'pass', partial: false });
    expect(results.rehearsal!.length).toBeGreaterThan(0);
    expect(results.place).toMatch(/^account \d{12}, /);
    const [trial] = results.trials;
    expect(trial).toMatchObject({ accepted: 2000, missing: 0, sentTwice: null, toAccepted: null });
    expect(trial!.toSearchable!.p99).toBeGreaterThan(0);
    for (const metric of ['fluentd.cpu', 'fluentd.memory', 'engine.cpu', 'lag.lines'] as const)
      expect(trial!.metrics[metric], metric).toBeDefined();
    expect(results.leftOut).toContainEqual(expect.stringMatching(/^time from written to accepted/));
    const folder = join(ROOT, 'results', readlinkSync(join(ROOT, 'results', 'latest')));
    for (const file of ['report.md', 'report.html'])
      expect(readFileSync(join(folder, file), 'utf8'), file).toContain('A rehearsal. What it does not show:');
    expect(await left()).toEqual([]);
  });
});
