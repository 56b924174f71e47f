import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../cli/root.ts';
import { type SpawnOptions, spawnCli } from '../cli/spawn-cli.ts';
import type { Results } from '../runner/results.ts';
import { ourContainers, ourNetworks } from '../tools/ours.ts';
import { DIFFERENCES } from './differences.ts';

const docker = inject('docker');

/** What runs of their own (not kept ones) have standing, and folders with the files of a person. */
async function standing(): Promise<string[]> {
  const names = [...(await ourContainers()), ...(await ourNetworks())].map(({ name }) => name);
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('efk-rehearsal-'));
  return [...names.filter((name) => name.startsWith('efk-r')), ...folders];
}

afterEach(async () => {
  if (docker) expect(await standing()).toEqual([]);
});

const e2e = (args: readonly string[], options?: SpawnOptions) =>
  spawnCli('e2e', ['--target', 'aws', '--rehearse', '--json', ...args], options);

describe.skipIf(!docker)('npm run e2e -- --target aws --rehearse', () => {
  test('keeps every promise that AWS can be asked for, skips the rest by name, and says what it does not show', {
    timeout: 1_500_000,
  }, async () => {
    const { code, stdout, stderr } = await e2e([]);
    expect(stderr).toContain('· preflight: 21 checks');
    const results = JSON.parse(stdout) as Results;
    const of = (outcome: string) => results.scenarios.filter((one) => one.outcome === outcome);
    expect(
      of('fail')
        .concat(of('error'))
        .map(({ name, reasons }) => ({ name, reasons })),
    ).toEqual([]);
    expect(
      of('skip')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'survives-a-killed-collector',
      'survives-a-killed-redis',
      'survives-a-mapping-conflict',
      'survives-an-engine-restart',
      'waits-for-a-blocked-index',
    ]);
    expect(of('pass').length).toBeGreaterThan(40);
    expect(code).toBe(0);
    expect(results).toMatchObject({ target: 'aws', rehearsal: DIFFERENCES });
    const folder = readdirSync(join(ROOT, 'results')).find((name) => name.endsWith(results.run))!;
    const report = readFileSync(join(ROOT, 'results', folder, 'report.md'), 'utf8');
    expect(report).toContain('# delivered in a rehearsal of AWS on opensearch');
    for (const difference of DIFFERENCES) expect(report).toContain(difference.slice(0, 30));
    for (const image of Object.values(results.images)) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  test('signs with the keys of a Secret where pods have no role', async () => {
    const env = { EFK_AWS_POD_SECRET: 'keys/fluentd' };
    const { code, stdout } = await e2e(['-t', 'delivers-every-line', '-t', 'survives-throttling'], { env });
    expect((JSON.parse(stdout) as Results).scenarios.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    expect(code).toBe(0);
  });

  const ends = (ending: string) => async () => (await ourContainers()).some(({ name }) => name.endsWith(ending));
  test.each([
    ['once its network is there', async () => (await ourNetworks()).some(({ name }) => name.startsWith('efk-r'))],
    ['while cluster and domain start', ends('-engine')],
    ['while the APIs start', ends('-aws')],
  ])('is interrupted %s, and leaves nothing', async (_phase, interruptWhen) => {
    const { code } = await e2e(['-t', 'delivers-every-line'], { interruptWhen });
    expect(code).toBe(130);
  });
});
