import { expect, test } from 'vitest';
import { FLAGS, HELP } from './flags.ts';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(['--run', 'r1', '--stream', 'pod', ...args])!;

test('--help names every flag, and asks for no other', () => {
  expect(readOptions(['--help'])).toBeUndefined();
  for (const flag of Object.keys(FLAGS)) expect(HELP).toContain(`--${flag} `);
});

test('units are milliseconds and bytes inside, and files count from 2', () => {
  expect(
    read('--count', '7', '--bytes', '1KiB', '--rotate-at', '2s,1s,1s', '--file', '/l/app.log', '--files', '3'),
  ).toMatchObject({
    count: 7,
    rotateAtMs: [1000, 1000, 2000],
    files: ['/l/app.log', '/l/app-2.log', '/l/app-3.log'].map((path) => ({ path, lineBytes: 1024, share: 1 / 3 })),
  });
  expect(read('--count', '7', '--bytes', '218').files.map(({ lineBytes }) => lineBytes)).toEqual([218]);
  expect(read('--count', '7').files.map(({ lineBytes }) => lineBytes)).toEqual([200]);
});

test('stages say the pace and the end of a load', () => {
  expect(read('--stages', '20s@100,500ms@0,1m@0.5')).toMatchObject({
    stages: [
      { forMs: 20_000, perSecond: 100 },
      { forMs: 500, perSecond: 0 },
      { forMs: 60_000, perSecond: 0.5 },
    ],
    maxForMs: Number.POSITIVE_INFINITY,
  });
  expect(read('--count', '1').stages).toBeUndefined();
});

test('every size has a file of its own', () => {
  expect(read('--count', '7', '--file', '/l/app.log', '--sizes', '200B:0.7,1KiB:0.25,32KiB:0.05').files).toEqual([
    { path: '/l/app.log', lineBytes: 200, share: 0.7 },
    { path: '/l/app-2.log', lineBytes: 1024, share: 0.25 },
    { path: '/l/app-3.log', lineBytes: 32_768, share: 0.05 },
  ]);
});

test.each([
  ['10', '1s', 10],
  ['0.1', '1s', 1],
  ['0.3', '10s', 3],
  ['3', '2500ms', 8],
])('%s lines a second for %s are %d lines', (perSecond, duration, count) => {
  expect(read('--lines-per-second', perSecond, '--for', duration)).toMatchObject({
    count,
    maxForMs: Number.POSITIVE_INFINITY,
  });
});

test('as fast as it goes, time may be the only end', () => {
  expect(read('--lines-per-second', 'max', '--for', '2s')).toMatchObject({ linesPerSecond: 0, maxForMs: 2000 });
});

test.each([
  [['--count', '1', '--for', '1s'], 'expected one of --for and --count'],
  [[], 'expected one of --for and --count'],
  [['--count', '0'], '--count: expected a whole number from 1 to 1000000000, got "0"'],
  [['--for', '5'], '--for: expected a duration such as'],
  [['--for', '0s'], '--for: expected a duration above 0, got "0s"'],
  [['--for', '1h', '--lines-per-second', '1000000'], '--for: expected at most 1000000000 lines in all, got 3600000000'],
  [['--for', '5s', '--lines-per-second', '-1'], "'--lines-per-second"],
  [['--for', '5s', '--lines-per-second', '0'], '--lines-per-second: expected a number above 0, or max, got "0"'],
  [['--count', '1', '--bytes', '10MB'], '--bytes: expected a size such as'],
  [['--count', '1', '--bytes', '20'], '--bytes: expected 101B (what time and id take) to 16777216B, got 20B'],
  [['--stages', '20s@100', '--for', '5s'], '--stages: expected alone, got --for besides'],
  [
    ['--stages', '20s@100', '--count', '5', '--lines-per-second', '9'],
    '--stages: expected alone, got --lines-per-second and --count besides',
  ],
  [['--stages', '20s@-1'], '--stages: expected a rate of 0 (a pause) or more, got "-1" in "20s@-1"'],
  [['--stages', '20s@0,1s@0'], '--stages: expected a stage with a rate above 0, got "20s@0,1s@0"'],
  [['--stages', '1h@1000000'], '--stages: expected at most 1000000000 lines in all, got 3600000000'],
  [['--count', '1', '--sizes', '200B:0.5,1KiB:0.4'], '--sizes: expected shares that sum to 1, got 0.9'],
  [
    ['--count', '1', '--sizes', '50B:0.5,1KiB:0.5'],
    '--sizes: expected 101B (what time and id take) to 16777216B, got 50B',
  ],
  [
    ['--count', '1', '--sizes', '32MiB:1'],
    '--sizes: expected 101B (what time and id take) to 16777216B, got 33554432B',
  ],
  [['--count', '1', '--sizes', '200B:1', '--files', '2'], '--sizes: expected without --files and --bytes'],
  [['--count', '1', '--sizes', '200B:1', '--bytes', '300B'], '--sizes: expected without --files and --bytes'],
  [['--count', '1', '--format', 'xml'], '--format: expected json or text, got "xml"'],
  [['--count', '1', '--text', 'latin'], '--text: expected ascii or korean or stack-trace, got "latin"'],
  [['--count', '1', '--midnight-after', 'soon'], '--midnight-after: expected a duration'],
  [['--count', '1', '--files', '0'], '--files: expected a whole number'],
  [['--count', '1', '--start', 'later'], '--start: expected at-once or on-signal, got "later"'],
  [
    ['--count', '1', '--start', 'on-signal', '--start-delay', '1s'],
    '--start-delay: expected with --start at-once only',
  ],
  [['--count', '1', '--start-delay', 'soon'], '--start-delay: expected a duration'],
  [['--count', '1', '--rotate', 'burn'], '--rotate: expected rename or copytruncate or delete-and-create, got "burn"'],
  [['--count', '1', '--rotate-at', '1s,,2s'], '--rotate-at: expected a duration such as'],
  [['--count', '1', '--keep', 'x'], '--keep: expected a whole number'],
  [['--count', '1', '--last-burst', '1.5'], '--last-burst: expected a whole number'],
  [['--count', '1', '--last-burst-after', '1'], '--last-burst-after: expected a duration'],
  [['--count', '1', '--stream', 'A_b'], '--stream: expected lower-case letters, digits, dots and dashes, got "A_b"'],
  [['--count', '1', '--run', 'R-1'], '--run: expected lower-case letters and digits, got "R-1"'],
  [['--count', '1', '--wrong'], "Unknown option '--wrong'"],
  [['--count', '1', 'wrong'], "Unexpected argument 'wrong'"],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});

test('all that is wrong is told at once', () => {
  const wrong = () => readOptions(['--count', '0', '--format', 'xml']);
  expect(wrong).toThrow('--run: ');
  expect(wrong).toThrow('--count: ');
  expect(wrong).toThrow('--format: ');
});
