import { expect, test } from 'vitest';
import type { Scenario } from '../core/scenario.ts';
import type { Outcome } from '../core/verdict.ts';
import { type ScenarioResult, withPromises } from '../runner/results.ts';
import type { Environment } from './environment.ts';
import { markdownReport } from './markdown.ts';
import { redDetails } from './terminal.ts';

const result = (name: string, outcome: Outcome): ScenarioResult => ({
  ...{ name, run: 'r1', outcome, reasons: ['missing: 5 of 10'], durationMs: 1, reconciliation: null, deadLetters: 0 },
  ...{ readBack: null, blocked: [], latencyMs: null, drain: null, traces: [], fluentdLog: [], besides: [] },
});
const scenario = (name: string, rows: number[]) =>
  ({ name, rows, title: `keeps ${name}`, setting: '`path *.log*` | more' }) as Scenario;
const scenarios = [scenario('lines', [2]), scenario('order', [16]), scenario('liar', [0])];
const told = withPromises([result('lines', 'fail'), result('order', 'pass'), result('liar', 'fail')], scenarios);
const report = (some: ScenarioResult[]) =>
  markdownReport(
    {
      ...{
        schemaVersion: 1,
        run: 's',
        target: 'k3s',
        pipeline: 'mine',
        topology: 'direct',
        images: {},
        partial: false,
      },
      ...{ engine: { name: 'opensearch', version: '2' }, startedAt: '', durationMs: 1, outcome: 'fail' as const },
      ...{ firstVerifiedMs: null, scenarios: some },
    },
    { fluentd: [], cpus: 2, memoryBytes: 0 } as unknown as Environment,
  );

test('a result tells its promise, and the setting that keeps it, unless the harness itself is under test', () => {
  expect(told.map(({ promise, keptBy }) => [promise, keptBy])).toEqual([
    ['keeps lines', '`path *.log*` | more'],
    ['keeps order', '`path *.log*` | more'],
    ['keeps liar', undefined],
  ]);
  expect(withPromises([result('lines', 'fail')], [])).toEqual([result('lines', 'fail')]);
});

test('the report says what would mend each broken promise, and nothing where none is broken', () => {
  expect(report(told)).toContain(
    '## What would mend it\n\n| broken promise: the pipeline … | missing | duplicated | what keeps it |\n| --- | ---: | ---: | --- |\n| keeps lines | ? | ? | `path *.log*` \\| more |\n\n',
  );
  expect(report([told[1]!])).not.toContain('mend');
});

test('so does the terminal, of what is broken', () => {
  expect(redDetails(told[0]!, 'f')).toContain('promised: the pipeline keeps lines\n');
  expect(redDetails(told[0]!, 'f')).toContain('what keeps it: `path *.log*` | more\n');
  expect(redDetails(told[2]!, 'f')).not.toContain('what keeps it');
  expect(redDetails({ ...told[0]!, outcome: 'error' }, 'f')).not.toContain('what keeps it');
});
