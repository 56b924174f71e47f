import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadOf } from '../core/profile.ts';
import { UsageError } from '../core/trouble.ts';
import { readOptions } from '../emitter/options.ts';
import { emitterArgs } from '../targets/kube/emitter-args.ts';
import { replayProfile } from './replay-profile.ts';

let folder: string;
const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a histogram with lines and bytes says rate and length', () => {
  const file = put('monday.csv', 'time,lines,bytes\n0,60000,18000000\n60000,6000,1800000\n');
  const profile = replayProfile({ file, speed: 60 });
  expect(profile).toMatchObject({ name: 'replay', title: 'what monday.csv holds, 60 times faster', bytes: '300B' });
  expect(readOptions(emitterArgs('r1', '/l/app.log', loadOf(profile)))).toMatchObject({
    stages: [
      { forMs: 1000, perSecond: 1000 },
      { forMs: 1000, perSecond: 100 },
    ],
  });
});

test('a distribution says the lengths, and with bytes alone how many lines they are', () => {
  const file = put('in.csv', 'time,bytes\n0,4000\n1000,400\n');
  const sizes = put('lengths.csv', 'bytes,lines\n200,75\n1000,25\n');
  const profile = replayProfile({ file, speed: 1, sizes });
  expect(profile).toMatchObject({
    title: 'what in.csv holds',
    stages: [{ linesPerSecond: 10 }, { linesPerSecond: 1 }],
    sizes: [
      { bytes: '200B', share: 0.75 },
      { bytes: '1000B', share: 0.25 },
    ],
  });
  expect(profile.bytes).toBeUndefined();
});

test('a file that is not there, or is something else, is named', () => {
  const file = put('in.csv', 'time,lines\n0,4000\n1000,400\n');
  const wrong = put('wrong.csv', 'a,b\n1,2\n');
  const refused = (replay: Parameters<typeof replayProfile>[0]) => {
    expect(() => replayProfile(replay)).toThrow(UsageError);
    return expect(() => replayProfile(replay));
  };
  refused({ file: join(folder, 'none.csv'), speed: 1 }).toThrow(/^cannot read .*none\.csv: ENOENT/);
  refused({ file, speed: 1, sizes: join(folder, 'none.csv') }).toThrow(/^cannot read .*none\.csv: ENOENT/);
  refused({ file: wrong, speed: 1 }).toThrow(/wrong\.csv: expected the header time,lines,bytes/);
  refused({ file, speed: 1, sizes: wrong }).toThrow(/wrong\.csv: expected the header bytes,lines/);
});
