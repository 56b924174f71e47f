import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../core/trouble.ts';
import { fakeLoad, fakeTrial } from './fake-load.ts';
import { compareLoads } from './load-comparison.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'load-compare-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const folderOf = (name: string, results: unknown) => {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'results.json'), typeof results === 'string' ? results : JSON.stringify(results));
  return folder;
};
const repeated = (offered: number[]) =>
  fakeLoad({ trials: offered.map((rate, i) => fakeTrial(`ramp|direct#${i + 1}`, { offered: rate, achieved: rate })) });

test('two runs side by side: claims first, then every figure with its spread', () => {
  const markdown = compareLoads(folderOf('a', repeated([100, 110, 105])), folderOf('b', repeated([210, 211, 209])));
  expect(markdown).toContain('- ramp\\|direct: achieved rate is higher in b: 105 lines/s → 210 lines/s, 2.00 times');
  expect(markdown).toContain(
    '| achieved rate | 105 lines/s (100–110, n = 3) | 210 lines/s (209–211, n = 3) | 2.00 | b is higher |',
  );
  expect(markdown).toContain(
    '| missing lines | 0 lines (0–0, n = 3) | 0 lines (0–0, n = 3) | – | no difference shown |',
  );
});
test('one run each claims nothing', () => {
  const markdown = compareLoads(folderOf('a', fakeLoad()), folderOf('b', fakeLoad({ target: 'aws' })));
  expect(markdown).toContain('No difference shown.');
  expect(markdown).toContain('a reason to doubt:\n\n- target: k3s → aws');
});

const refusals: [string, unknown, RegExp][] = [
  ['no load', { schemaVersion: 1 }, /"kind": "load"\), got no kind, as npm run e2e writes them/],
  ['another kind', { kind: 'bench' }, /got "bench"/],
  ['null', null, /got no kind/],
  ['another schema', { ...fakeLoad(), schemaVersion: 7 }, /expected schemaVersion 1 in ".*results.json", got 7/],
  ['cut short', '{"kind":', /expected JSON in ".*results.json": /],
  ['without trials', { ...fakeLoad(), trials: 'none' }, /is not as it was written:\n.*expected array[\s\S]*trials/],
];
test.each(refusals)('bad input: %s', (_, results, message) => {
  const [good, bad] = [folderOf('good', fakeLoad()), folderOf('bad', results)];
  expect(() => compareLoads(good, bad)).toThrow(message);
  expect(() => compareLoads(bad, good)).toThrow(UsageError);
});
test('bad input: no such folder', () => {
  const none = join(root, 'none');
  expect(() => compareLoads(none, none)).toThrow(UsageError);
  expect(() => compareLoads(none, none)).toThrow(`got "${none}": its results.json cannot be read: ENOENT`);
});
