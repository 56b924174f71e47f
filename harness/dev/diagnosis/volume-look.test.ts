import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeStack } from '../fake-stack.ts';
import { readConf } from '../running-conf.ts';
import { lookAtVolume } from './volume-look.ts';

test('a look at the volume tells of the log file, of what else lies there, and of the lines that came last', async () => {
  await using stack = await fakeStack('');
  const conf = { ...readConf(''), positions: [join(stack.folder, '.lines.pos')] };
  expect(await lookAtVolume(stack, conf)).toMatchObject({
    file: undefined,
    folder: { open: true },
    others: [],
    lastLines: [],
    lastWrittenAt: 0,
  });

  writeFileSync(stack.logFile, 'a probe\n');
  stack.position(8);
  const at = new Date('2026-11-25T12:00:00Z');
  utimesSync(stack.logFile, at, at);
  const look = await lookAtVolume(stack, conf);
  expect(look).toMatchObject({
    position: 8,
    file: { bytes: 8, writtenAt: at.getTime(), readable: true },
    lastLines: ['a probe'],
    lastWrittenAt: at.getTime(),
  });
  expect(Math.abs(look.now - Date.now())).toBeLessThan(60_000);

  // An application of one's own, and what it packed.
  const [own, packed] = [join(stack.folder, 'own.log'), join(stack.folder, 'own.log.1.gz')];
  appendFileSync(own, 'one\ntwo\n');
  appendFileSync(packed, 'x');
  const [later, last] = [new Date('2026-11-25T12:01:00Z'), new Date('2026-11-25T12:02:00Z')];
  utimesSync(own, later, later);
  utimesSync(packed, last, last);
  expect(await lookAtVolume(stack, conf)).toMatchObject({
    others: [
      { path: own, bytes: 8, writtenAt: later.getTime() },
      { path: packed, bytes: 1 },
    ],
    lastLines: ['one', 'two'],
    lastWrittenAt: later.getTime(),
  });
});
