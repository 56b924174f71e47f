import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../core/scenario.ts';
import type { Capability, Surroundings } from '../core/target.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { exitCodeOf, resultsOf, type ScenarioResult } from './results.ts';
import { runSuite, type SuiteHooks, skipped } from './run-suite.ts';

const surroundings: Surroundings = { target: 'embedded', engine: { name: 'x', version: '1' }, images: {} };
const target = (lanes: number, ...capabilities: Capability[]) => ({
  lanes,
  capabilities: new Set(capabilities),
  surroundings,
});
const scenario = (name: string, more: Partial<Scenario> = {}): Scenario => ({
  name,
  title: name,
  why: name,
  rows: [1],
  setting: 'x',
  asWritten: 'kept',
  load: { linesPerSecond: 1, for: '1s' },
  ...more,
});

/** Runs scenarios that each last a few turns of the event loop, and notes what ran at the same time. */
async function observe(
  lanes: number,
  scenarios: Scenario[],
  outcome: (name: string) => ScenarioResult['outcome'] | Error = () => 'pass',
  more: Partial<SuiteHooks> = {},
) {
  const running = new Set<string>();
  const crowds: string[][] = [];
  const started: string[] = [];
  const suite = await runSuite(target(lanes, 'edge'), scenarios, lanes, {
    async run(one) {
      running.add(one.name);
      crowds.push([...running].sort());
      for (let i = 0; i < 5; i++) await turn();
      running.delete(one.name);
      const end = outcome(one.name);
      if (end instanceof Error) throw end;
      return { ...skipped(one, 'x'), outcome: end, reasons: [] };
    },
    onStart: ({ name }) => started.push(name),
    onDone: () => {},
    alive: async () => true,
    signal: new AbortController().signal,
    ...more,
  });
  return { suite, crowds, started };
}

describe('a suite', () => {
  test('runs in lanes, the longest first, and tells what ran beside what, in the order asked for', async () => {
    const all = [scenario('a'), scenario('b', { load: { linesPerSecond: 1, for: '9s' } }), scenario('c')];
    const { suite, crowds, started } = await observe(2, all);
    expect(started).toEqual(['b', 'a', 'c']);
    expect(Math.max(...crowds.map(({ length }) => length))).toBe(2);
    expect(suite.scenarios.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(suite.scenarios[0]!.besides).toContain('b');
    expect(suite.scenarios[1]!.besides).toContain('a');
  });

  test('runs nothing beside what must be alone', async () => {
    const all = [scenario('a', { alone: true }), scenario('b'), scenario('c'), scenario('d', { alone: true })];
    const { suite, crowds } = await observe(3, all);
    expect(crowds.filter((crowd) => crowd.includes('a') || crowd.includes('d'))).toEqual([['a'], ['d']]);
    expect(suite.scenarios[0]!.besides).toEqual([]);
    expect(suite.scenarios).toHaveLength(4);
  });

  test('skips by name what the target cannot do, and says why', async () => {
    const { suite, started } = await observe(1, [scenario('a', { needs: ['cluster', 'engine'] }), scenario('b')]);
    expect(started).toEqual(['b']);
    expect(suite.scenarios.map(({ outcome }) => outcome)).toEqual(['skip', 'pass']);
    expect(suite.scenarios[0]!.reasons[0]).toMatch(/target embedded is no Kubernetes cluster.*; .*no search engine/);
  });

  test('starts nothing more once the environment has failed, and is then no success', async () => {
    const names = ['a', 'b', 'c'].map((name) => scenario(name));
    for (const [end, alive] of [
      [new EnvironmentError('the engine is gone'), true],
      ['error' as const, false],
    ] as const) {
      const { suite, started } = await observe(1, names, (name) => (name === 'b' ? end : 'pass'), {
        alive: async () => alive,
      });
      expect(started).toEqual(['a', 'b']);
      expect(suite.brokenOff).toBeDefined();
      const head = { run: 'r', pipeline: 'p', startedAt: new Date(), partial: false, firstVerifiedMs: 1 };
      const results = resultsOf({ ...head, brokenOff: suite.brokenOff }, surroundings, suite.scenarios);
      expect(results.outcome).toBe('error');
      expect(exitCodeOf(results)).toBe(3);
    }
  });

  test('an error of our own is thrown, not swallowed', async () => {
    await expect(observe(1, [scenario('a')], () => new TypeError('bug'))).rejects.toThrow('bug');
  });
});
