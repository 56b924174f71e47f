import { expect, test } from 'vitest';
import { resultsOf } from '../runner/results.ts';
import { skipped } from '../runner/run-suite.ts';
import { environmentOf } from './environment.ts';
import { markdownReport } from './markdown.ts';
import { summaryLine } from './terminal.ts';

const HEAD = { run: 'r1', pipeline: 'delivered', startedAt: new Date(0), partial: false, firstVerifiedMs: null };
const PLACE = 'account 123456789012, eu-west-1, cluster my_logs|x, domain logs';

function report(target: string, more: { place?: string; rehearsal?: string[] }) {
  const surroundings = { target, engine: { name: 'opensearch', version: '2.19.5' }, images: {}, ...more };
  return resultsOf(HEAD, surroundings, [skipped({ name: 's' } as never, 'not here')]);
}

test.each([
  ['k3s', {}, 'delivered on opensearch', []],
  ['aws', { place: PLACE }, 'delivered on AWS on opensearch', []],
  ['aws', { place: PLACE, rehearsal: ['nothing is *billed*'] }, 'delivered in a rehearsal of AWS on', ['A rehearsal']],
])('a run on %s %o says so in the terminal and in its report', async (target, more, subject, words) => {
  const results = report(target, more);
  const environment = await environmentOf(results, '/nowhere');
  const markdown = markdownReport(results, environment);
  for (const text of [summaryLine(results, 'results/r1'), markdown.split('\n')[0]!]) expect(text).toContain(subject);
  expect(markdown.includes('On account 123456789012')).toBe('place' in more);
  expect(/rehears/i.test(markdown)).toBe(words.length > 0);
  expect(environment).toMatchObject({ target, ...more });
});

test('what a rehearsal does not show is a list before all figures, and what it says is text', async () => {
  const results = report('aws', { place: PLACE, rehearsal: ['nothing is *billed*', 'a <local> cluster'] });
  const markdown = markdownReport(results, await environmentOf(results, '/nowhere'));
  expect(markdown).toContain('- nothing is \\*billed\\*\n- a &lt;local&gt; cluster\n');
  expect(markdown).toContain('cluster my\\_logs\\|x, domain logs.');
  expect(markdown.indexOf('What it does not show')).toBeLessThan(markdown.indexOf('| scenario |'));
});
