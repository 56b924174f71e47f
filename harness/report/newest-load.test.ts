import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findingsOf } from './newest-load.ts';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(results, { recursive: true }));

function put(name: string, content: unknown, minute: number): string {
  const folder = join(results, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'results.json'), typeof content === 'string' ? content : JSON.stringify(content));
  utimesSync(folder, minute * 60, minute * 60);
  return folder;
}
const load = (findings: object) => ({
  kind: 'load',
  schemaVersion: 1,
  target: 'k3s',
  machine: { cpus: 2, cpuModel: 'EPYC' },
  findings: { bytesPerLine: 200, ...findings },
});
const fluentd = { baseCores: 0.1 };

test('the newest that measured what a line costs, whatever lies beside it', () => {
  const older = put('older', load({ fluentd: { baseCores: 0.2 } }), 1);
  put('good', load({ fluentd }), 2);
  put('profile-only', load({}), 3);
  put('e2e', { schemaVersion: 1, scenarios: [] }, 4);
  put('torn', '{"kind":', 5);
  put('rehearsed', { ...load({ fluentd: { baseCores: 0.3 } }), target: 'aws', rehearsal: ['nothing is billed'] }, 6);
  expect(findingsOf(results)).toMatchObject({ folder: join(results, 'good'), findings: { fluentd } });
  expect(findingsOf(results, older).findings.fluentd).toEqual({ baseCores: 0.2 });
});

test.each([
  ['k3s', {}, false],
  ['aws', {}, true],
  ['a rehearsal of aws', { target: 'aws', rehearsal: ['nothing is billed'] }, false],
])('%s %j: whether it was measured on AWS', (target, more, onAws) => {
  expect(findingsOf(results, put('one', { ...load({ fluentd }), target, ...more }, 1))).toMatchObject({
    target,
    onAws,
    machine: { cpus: 2 },
  });
});

test.each([
  ['nothing measured', () => undefined, /nothing was measured yet.*npm run load/],
  [
    'a folder that is not there',
    () => join(results, 'nowhere'),
    /expected a result folder with a results\.json, got ".*nowhere"/,
  ],
  [
    'another schemaVersion',
    () => put('new', { ...load({ fluentd }), schemaVersion: 2 }, 1),
    /with schemaVersion 1, got ".*new"/,
  ],
  ['another kind', () => put('e2e', { schemaVersion: 1 }, 1), /kind/],
])('%s is refused', (_, folder, words) => {
  expect(() => findingsOf(results, folder())).toThrow(words);
});
