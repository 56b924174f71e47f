import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pause } from '../core/condition.ts';
import { awaitOutcome } from './reload.ts';

const FILE = '/x/td-agent.conf';
const digest = (conf: string) => `sha256="${createHash('sha256').update(conf).digest('hex').slice(0, 12)}"`;

/** A log that says these lines and goes on without another. */
const log = (lines: string[]) => async (onLine: (line: string) => void, signal: AbortSignal) => {
  lines.forEach(onLine);
  await pause(60_000, signal).catch(() => {});
};

test('waits for what is said of this text, not of another', async () => {
  const lines = [
    `configuration refused: error="x"; the old one goes on ${digest('older')}`,
    `configuration reloaded path="x" ${digest('mine')}`,
  ];
  expect(await awaitOutcome(log(lines), 'mine', FILE, () => 'mine')).toEqual({
    applied: true,
    how: 'reloaded in place',
  });
});

test('a text that another took the place of is not waited for', async () => {
  const lines = [`configuration reloaded path="x" ${digest('newer')}`];
  await expect(awaitOutcome(log(lines), 'mine', FILE, () => 'newer')).rejects.toThrow(
    /changed again before fluentd had looked/,
  );
});

test('silence is told, with the last that fluentd said', async () => {
  await expect(awaitOutcome(log(['busy']), 'mine', FILE, () => 'mine', 30)).rejects.toThrow(
    /did not say within 0.03s what it thinks of .*; its last line: busy/,
  );
});
