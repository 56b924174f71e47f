import { expect, test } from 'vitest';
import { ConditionTimeout } from '../core/condition.ts';
import { UsageError } from '../core/trouble.ts';
import { refusal } from './refusal.ts';

const WORDS = /unset or empty: AWS_ACCESS_KEY/;
const ended = (words: string) => new UsageError(`container fluentd ended with exit code 1; its last words:\n${words}`);

const verdict = (ready: () => Promise<void>) =>
  refusal({ ready, fluentdLog: () => ['following tail of /app.log'] }, WORDS, { say: () => {} });
const failing = (error: Error) => verdict(() => Promise.reject(error));

test('ends with the words: pass', async () => {
  expect(await failing(ended('these are unset or empty: AWS_ACCESS_KEY'))).toEqual({ outcome: 'pass', reasons: [] });
});

test.each([
  ['ends with other words', failing(ended('no such file')), /ends without the words .*\n?.*no such file/s],
  ['hangs', failing(new ConditionTimeout('fluentd to follow', 120_000, 9, 'no pod')), /fluentd hangs: .*no pod/],
  ['runs', verdict(async () => {}), /runs as if nothing were missing.*following tail of/],
])('%s: fail', async (_how, judged, reason) => {
  const { outcome, reasons } = await judged;
  expect(outcome).toBe('fail');
  expect(reasons.join()).toMatch(reason);
});

test('what is no fault of the pipeline stays an error', async () => {
  await expect(failing(new Error('the API server is gone'))).rejects.toThrow('the API server is gone');
});
