import { expect, test } from 'vitest';
import { junitXml } from './junit.ts';

const run = { name: 'harness', suite: 'delivered', startedAt: '2026-11-25T10:00:00.000Z', durationMs: 60_500 };
const one = { classname: 'delivered', durationMs: 1500 };

test('a broken promise is a failure, what could not be found out an error, what did not run skipped', () => {
  const xml = junitXml(run, [
    { ...one, name: 'a', outcome: 'pass', reasons: [], output: 'fine' },
    { ...one, name: 'b', outcome: 'fail', reasons: ['missing: 3\nhead', 'twice: 1'] },
    { ...one, name: 'c', outcome: 'error', reasons: ['no cluster'] },
    { ...one, name: 'd', outcome: 'skip', reasons: ['needs an edge'] },
  ]);
  expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1" time="60.5"');
  expect(xml).toContain('name="a" classname="delivered" time="1.5"><system-out>fine</system-out></testcase>');
  expect(xml).toContain(
    '<failure message="missing: 3">missing: 3\nhead</failure><failure message="twice: 1">twice: 1</failure>',
  );
  expect(xml).toContain('<error message="no cluster">no cluster</error>');
  expect(xml).toContain('<skipped message="needs an edge"/>');
});
test('holds what XML cannot: markup, quotes, a terminal’s colours', () => {
  const xml = junitXml(run, [{ ...one, name: '<"&\x1b[31m>', outcome: 'fail', reasons: ['\0<b>'] }]);
  expect(xml).toContain('name="&lt;&quot;&amp;[31m&gt;"');
  expect(xml).toContain('>&lt;b&gt;</failure>');
});
