import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pause, until } from '../core/condition.ts';
import { watchFile } from './watch-file.ts';

/** A watched file, and what was handed on of it so far. */
function watched(take: (content: string) => Promise<void> = async () => {}, burstMs?: number) {
  const file = join(mkdtempSync(join(tmpdir(), 'watch-')), 'td-agent.conf');
  writeFileSync(file, 'first');
  const seen: string[] = [];
  const stop = new AbortController();
  const over = watchFile(
    file,
    async (content) => {
      seen.push(content);
      await take(content);
    },
    stop.signal,
    burstMs,
  );
  const sees = (...expected: string[]) =>
    until(
      {
        name: `${expected} to be seen`,
        look: () =>
          seen.join() === expected.join() ? { met: true, value: undefined } : { met: false, saw: seen.join() },
      },
      { withinMs: 5000, everyMs: 5 },
    );
  const end = () => {
    stop.abort();
    return over;
  };
  return { file, seen, sees, end };
}

test('a file that is written in place, and one that another takes the place of, are seen once each', async () => {
  const { file, sees, end } = watched();
  writeFileSync(file, 'second');
  await sees('second');
  writeFileSync(`${file}~`, 'third');
  renameSync(`${file}~`, file);
  await sees('second', 'third');
  writeFileSync(file, 'fourth');
  await sees('second', 'third', 'fourth');
  await end();
});

test('a burst of an editor is one change, of the last content', async () => {
  // Patient, so that a machine that stops for a moment between two writes is none of it.
  const { file, sees, end } = watched(undefined, 1000);
  for (const text of ['', 'half', 'half of it', 'all of it']) {
    await pause(10);
    writeFileSync(file, text);
  }
  await sees('all of it');
  await end();
});

test('what is saved while a change is being dealt with comes afterwards, and the same text twice is no change', async () => {
  const { promise: dealt, resolve } = Promise.withResolvers<void>();
  const { file, sees, end } = watched((content) => (content === 'slow' ? dealt : Promise.resolve()));
  writeFileSync(file, 'slow');
  await sees('slow');
  writeFileSync(file, 'skipped');
  writeFileSync(file, 'last');
  resolve();
  await sees('slow', 'last');
  writeFileSync(file, 'last');
  writeFileSync(`${file}.swp`, 'something else of the editor');
  writeFileSync(file, 'end');
  await sees('slow', 'last', 'end');
  await end();
});

test('a file that is gone for a moment is waited for', async () => {
  const { file, seen, sees, end } = watched();
  rmSync(file);
  writeFileSync(file, 'back');
  await sees('back');
  await end();
  expect(seen).toEqual(['back']);
});
