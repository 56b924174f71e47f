import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirm } from './confirm.ts';

const { signal } = new AbortController();
const terminal = (typed: string) => Object.assign(new PassThrough(), { isTTY: true }).end(typed) as never;

test.each([
  ['y\n', true],
  ['YES\n', true],
  ['\n', false],
  ['yellow\n', false],
  ['n\n', false],
])('%j is answered by %s', async (typed, answer) => {
  expect(await confirm('Spend?', { input: terminal(typed), output: new PassThrough(), signal })).toBe(answer);
});

test('a terminal that is left without a word has not said yes', async () => {
  expect(await confirm('Spend?', { input: terminal(''), output: new PassThrough(), signal })).toBe(false);
});

test('where nobody could answer, --yes is asked for', async () => {
  await expect(confirm('Spend?', { input: new PassThrough(), signal })).rejects.toThrow(/Spend\?\n.*say --yes/);
});

test('an interruption is no answer', async () => {
  const interrupted = new AbortController();
  const asked = confirm('Spend?', {
    input: Object.assign(new PassThrough(), { isTTY: true }) as never,
    output: new PassThrough(),
    signal: interrupted.signal,
  });
  interrupted.abort(new Error('Ctrl-C'));
  await expect(asked).rejects.toThrow('Ctrl-C');
});
