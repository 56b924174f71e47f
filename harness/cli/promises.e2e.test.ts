import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Results } from '../runner/results.ts';
import { ROOT } from './root.ts';
import { type Ended, spawnCli } from './spawn-cli.ts';

const docker = inject('docker');
const names = globSync('*.ts', { cwd: join(ROOT, 'scenarios') }).map((file) => basename(file, '.ts'));

/** Scenarios that turn red for the set-up of 2020, with what their reason must say: design, table of promises. */
const BROKEN_AS_WRITTEN: Record<string, RegExp> = {
  'reads-lines-written-before-start': /missing: 500 of 500 .*whole/,
  'ships-a-short-lived-pod': /missing: 750 of 750 .*whole/,
  'ships-the-last-lines-of-a-deleted-pod': /missing: 300 of 900 .*tail/,
  'survives-rotation': /missing: .*(middle|tail)/,
  'survives-a-killed-fluentd': /missing: /,
  'respects-the-10-mib-cap': /missing: /,
};

function suite(args: string[]): { ended: () => Ended; scenario: (name: string) => Results['scenarios'][number] } {
  let ended: Ended;
  let results: Results;
  beforeAll(async () => {
    ended = await spawnCli('e2e', [...args, '--json']);
    if (!ended.stdout) throw new Error(`npm run e2e said nothing; it exited with ${ended.code}\n${ended.stderr}`);
    results = JSON.parse(ended.stdout);
  }, 1_800_000);
  return {
    ended: () => ended,
    scenario(name) {
      const found = results.scenarios.find((one) => one.name === name);
      if (!found) throw new Error(`no result of ${name}`);
      return found;
    },
  };
}

describe.skipIf(!docker)('delivered on OpenSearch keeps its promises', () => {
  const { ended, scenario } = suite([]);
  test.each(names)('%s', (name) => {
    const { outcome, reasons, reconciliation } = scenario(name);
    expect(reasons).toEqual([]);
    expect(outcome).toBe('pass');
    expect(reconciliation!.accepted).toBeGreaterThan(0);
    if (name !== 'finds-planted-defects') expect(reconciliation!.delivered).toBe(reconciliation!.accepted);
  });
  test('exit code 0', () => expect(ended().code).toBe(0));
});

describe.skipIf(!docker)('as-written on Elasticsearch breaks those that it cannot keep', () => {
  const { ended, scenario } = suite(['--pipeline', 'as-written', '--engine', 'elasticsearch']);
  test.each(names)('%s', (name) => {
    const { outcome, reasons, reconciliation } = scenario(name);
    const broken = BROKEN_AS_WRITTEN[name];
    expect({ outcome, reasons }).toMatchObject({ outcome: broken ? 'fail' : 'pass' });
    if (broken) {
      expect(reasons.join('\n')).toMatch(broken);
      expect(reconciliation!.missingRanges.length).toBeGreaterThan(0);
    }
  });
  test('exit code 1', () => expect(ended().code).toBe(1));
});
