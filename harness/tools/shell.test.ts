import { expect, test } from 'vitest';
import { pipe } from './shell.ts';

const WITHIN_MS = 60_000;
const sh = (script: string) => ['sh', '-c', script];

test('what goes through a pipe is not kept: 400 MiB need no memory of ours', async () => {
  const before = process.resourceUsage().maxRSS;
  await pipe(sh('head -c 419430400 /dev/zero'), sh('test "$(wc -c)" = 419430400'), WITHIN_MS);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(200);
});

test('ends with what is to be stopped, and with a command that is not there', async () => {
  const stop = AbortSignal.timeout(200);
  await expect(pipe(sh('sleep 60'), ['cat'], WITHIN_MS, stop)).rejects.toThrow(/abort|time/i);
  await expect(pipe(sh('sleep 60'), ['cat'], 200)).rejects.toThrow(/did not end within 0.2s/);
  await expect(pipe(['not-there-at-all'], ['cat'], WITHIN_MS)).rejects.toThrow(/not-there-at-all.*\n.*ENOENT/);
});

test.each([
  [sh('echo wrong >&2; exit 3'), ['cat'], /exited with 3; its last words:\nwrong/],
  [sh('yes'), sh('echo full >&2; exit 5'), /exited with 5; its last words:\n.*full/s],
  [['echo', 'hi'], sh('cat >/dev/null; echo refused >&2; exit 4'), /exited with 4; its last words:\nrefused/],
])('%j | %j: the words of the one that failed', async (from, to, words) => {
  await expect(pipe(from, to, WITHIN_MS)).rejects.toThrow(words);
});
