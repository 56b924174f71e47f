import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { needsOf } from '../core/scenario.ts';
import { loadScenarios } from '../runner/load-scenarios.ts';
import type { Results } from '../runner/results.ts';
import { ROOT } from './root.ts';
import { type Ended, spawnCli } from './spawn-cli.ts';

const docker = inject('docker');
const all = await loadScenarios(join(ROOT, 'scenarios'));
/** Scenarios of a part that only other topologies have: skipped here, with the reason. */
const elsewhere = all.filter((scenario) => needsOf(scenario).has('collector') || needsOf(scenario).has('queue'));
const scenarios = all.filter((scenario) => !elsewhere.includes(scenario));

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
  test.each(scenarios)('$name', ({ name, refusesToStart, judge, tolerance }) => {
    const { outcome, reasons, reconciliation } = scenario(name);
    expect({ outcome, reasons }).toEqual({ outcome: 'pass', reasons: [] });
    if (refusesToStart) return;
    expect(reconciliation!.accepted).toBeGreaterThan(0);
    if (!judge) expect(reconciliation!.missing).toBeLessThanOrEqual(tolerance?.missing ?? 0);
  });
  test.each(elsewhere.map(({ name }) => name))('%s is skipped', (name) => {
    expect(scenario(name)).toMatchObject({
      outcome: 'skip',
      reasons: [expect.stringMatching(/in this topology: see --topology/)],
    });
  });
  test('exit code 0', () => expect(ended().code).toBe(0));
});

describe.skipIf(!docker).each(['aggregator', 'redis'])('delivered keeps them by way of the topology %s', (topology) => {
  const names = [
    'delivers-every-line',
    'survives-a-killed-fluentd',
    'survives-an-outage',
    'survives-a-killed-collector',
  ]
    .concat(topology === 'redis' ? 'survives-a-killed-redis' : [])
    .filter((name) => all.some((one) => one.name === name));
  const { ended, scenario } = suite(['--topology', topology, '-t', ...names]);
  test.each(names)('%s', (name) => {
    const { outcome, reasons, reconciliation } = scenario(name);
    expect({ outcome, reasons }).toEqual({ outcome: 'pass', reasons: [] });
    expect(reconciliation!.accepted).toBeGreaterThan(0);
    expect(reconciliation!.delivered).toBe(reconciliation!.accepted);
  });
  test('exit code 0', () => expect(ended().code).toBe(0));
});

/** One for each way in which the set-up of 2020 loses lines, and those that it keeps; docs/promises.md tells of all. */
const AS_WRITTEN = [
  'finds-planted-defects',
  'delivers-every-line',
  'reads-lines-written-before-start',
  'ships-a-short-lived-pod',
  'survives-rotation',
  'survives-a-killed-fluentd',
  'ships-the-last-lines-of-a-deleted-pod',
  'respects-the-10-mib-cap',
  'changes-only-the-configmap',
];

describe.skipIf(!docker)('as-written on Elasticsearch breaks those that it cannot keep', () => {
  const { ended, scenario } = suite(['--pipeline', 'as-written', '--engine', 'elasticsearch', '-t', ...AS_WRITTEN]);
  const judged = scenarios.filter(({ name }) => AS_WRITTEN.includes(name));
  test('each of them is a scenario', () => expect(judged).toHaveLength(AS_WRITTEN.length));
  test.each(judged.map(({ name, asWritten }) => ({ name, asWritten })))('$name', ({ name, asWritten }) => {
    const { outcome, reasons } = scenario(name);
    const seen = { outcome, reasons: reasons.join('\n') };
    if (asWritten === 'kept') expect(seen).toEqual({ outcome: 'pass', reasons: '' });
    else if (asWritten === 'either') expect(['pass', 'fail']).toContain(outcome);
    else expect(seen).toEqual({ outcome: 'fail', reasons: expect.stringMatching(asWritten) });
  });
  test('exit code 1', () => expect(ended().code).toBe(1));
});
