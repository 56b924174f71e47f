import type { Outcome } from '../core/verdict.ts';
import { html } from './html.ts';

/** One test case; `reasons` of a pass are none. Times in ms. */
export interface JunitCase {
  name: string;
  classname: string;
  durationMs?: number;
  outcome: Outcome;
  reasons: readonly string[];
  /** What it has to say beside its outcome. */
  output?: string;
}

/** Characters that XML 1.0 cannot hold, such as the escape of a terminal's colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/**
 * junit.xml of one suite: a broken promise is a failure, what could not be found out an error. (The package junit-xml 1.2.0 writes both as errors.)
 */
export function junitXml(
  { name, suite, startedAt, durationMs }: { name: string; suite: string; startedAt: string; durationMs: number },
  cases: readonly JunitCase[],
): string {
  const count = (wanted: Outcome) => cases.filter(({ outcome }) => outcome === wanted).length;
  const head = html`tests="${cases.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('skip')}" time="${durationMs / 1000}"`;
  const { markup } = html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}" ${head}>
<testsuite name="${suite}" timestamp="${startedAt}" ${head}>
${cases.map(testcase)}</testsuite>
</testsuites>
`;
  return markup.replaceAll(NOT_XML, '');
}

function testcase({ name, classname, durationMs = 0, outcome, reasons, output }: JunitCase) {
  const said = reasons.length > 0 ? reasons : [''];
  const inside = {
    pass: [],
    fail: said.map((reason) => html`<failure message="${firstLine(reason)}">${reason}</failure>`),
    error: said.map((reason) => html`<error message="${firstLine(reason)}">${reason}</error>`),
    skip: [html`<skipped message="${firstLine(said[0] ?? '')}"/>`],
  }[outcome];
  return html`<testcase name="${name}" classname="${classname}" time="${durationMs / 1000}">${inside}${output !== undefined && html`<system-out>${output}</system-out>`}</testcase>
`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
