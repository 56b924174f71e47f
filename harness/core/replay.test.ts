import { describe, expect, test } from 'vitest';
import { replaySizes, replayStages } from './replay.ts';
import { UsageError } from './trouble.ts';

const file = 'morning.csv';
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const MINUTES = ['2026-03-01T09:00:00Z', '2026-03-01T09:01:00Z', '2026-03-01T09:02:00Z', '2026-03-01T09:03:00Z'];

describe('a rate histogram', () => {
  test('with lines and bytes: a stage for every step, and the mean length of a line', () => {
    expect(
      replayStages(csv('time,lines,bytes', `${MINUTES[0]},600,120000`, `${MINUTES[1]},60,24000`), { file }),
    ).toEqual({
      stages: [
        { for: '60000ms', linesPerSecond: 10 },
        { for: '60000ms', linesPerSecond: 1 },
      ],
      bytes: '218B',
    });
  });
  test('with lines alone, in any order of columns, in ms, quoted, with a mark at its start and lines that are empty', () => {
    expect(replayStages('\uFEFF"Lines",time\r\n"5",0\r\n\r\n10,500\r\n', { file })).toEqual({
      stages: [
        { for: '500ms', linesPerSecond: 10 },
        { for: '500ms', linesPerSecond: 20 },
      ],
    });
  });
  test('with bytes alone: as many lines as fit', () => {
    const incoming = csv('time,bytes', '2026-03-01 09:00,1.2E6', '2026-03-01 09:05,300000');
    const rates = (bytesPerLine?: number) =>
      replayStages(incoming, { file, ...(bytesPerLine ? { bytesPerLine } : {}) }).stages.map(
        ({ linesPerSecond }) => linesPerSecond,
      );
    expect([rates(), rates(1000)]).toEqual([
      [20, 5],
      [4, 1],
    ]);
  });
  test('faster: in less time, at the same rates; neighbours of one rate are one stage', () => {
    const four = csv('time,lines', ...MINUTES.map((time, i) => `${time},${i === 3 ? 0 : 60}`));
    expect(replayStages(four, { file, speed: 60 }).stages).toEqual([
      { for: '3000ms', linesPerSecond: 1 },
      { for: '1000ms', linesPerSecond: 0 },
    ]);
    expect(replayStages(four, { file, speed: 7 }).stages[1]).toEqual({ for: '8571.429ms', linesPerSecond: 0 });
  });
});

describe('a rate histogram is refused', () => {
  const rows = (...counts: string[]) => csv('time,lines', ...counts.map((count, i) => `${MINUTES[i]},${count}`));
  test.each([
    ['an empty file', '', 'morning.csv is empty: expected a header time,lines,bytes or time,lines or time,bytes'],
    ['empty lines', '\n\n', 'morning.csv is empty'],
    [
      'a wrong header',
      csv('when,lines', '0,1'),
      'expected the header time,lines,bytes or time,lines or time,bytes, got "when,lines"',
    ],
    ['no header', csv('0,1', '1,1'), 'got "0,1"'],
    ['a column too many', csv('time,lines', '0,1', '1,2,3'), /^morning\.csv: .*line 3/],
    ['a quote that does not end', csv('time,lines', '0,"1'), /^morning\.csv: Quote Not Closed/],
    ['a header alone', csv('time,lines'), 'expected two rows or more (the time between them is the step), got 0'],
    ['one row', rows('1'), 'got 1'],
    ['letters', rows('1', '12x'), 'morning.csv, line 3: expected a number of lines, got "12x"'],
    ['nothing', rows('1', ''), 'morning.csv, line 3: expected a number of lines, got ""'],
    ['a negative number', rows('1', '-4'), 'morning.csv, line 3: expected 0 lines or more, got -4'],
    [
      'no time',
      csv('time,lines', '0,1', 'noon,1'),
      'line 3: expected a time such as 2026-03-01T09:30:00Z, or ms, got "noon"',
    ],
    ['no such day', csv('time,lines', `${MINUTES[0]},1`, '2026-13-01T09:00:00Z,1'), 'line 3: expected a time such as'],
    [
      'a time that goes back',
      csv('time,lines', `${MINUTES[1]},1`, `${MINUTES[2]},1`, `${MINUTES[0]},1`),
      `line 4: expected a time after ${MINUTES[2]}, got ${MINUTES[0]}`,
    ],
    ['a time twice', csv('time,lines', '5,1', '5,1'), 'line 3: expected a time after 5, got 5'],
    [
      'a gap',
      csv('time,lines', '0,1', '1000,1', '', '4000,1'),
      'line 5: expected equal steps of 1.0s, got 3.0s from 1000 to 4000; 2 rows are missing: write them, with 0 where nothing came',
    ],
    ['unequal steps', csv('time,lines', '0,1', '1000,1', '1500,1'), /got 500ms from 1000 to 1500$/],
    ['nothing that came', rows('0', '0'), 'expected a row with more than 0 lines, got 2 without'],
    [
      'too many',
      csv('time,lines', ...Array.from({ length: 2001 }, (_, i) => `${i},1`)),
      'expected at most 2000 rows, got 2001',
    ],
  ])('for %s', (_what, text, message) => {
    expect(() => replayStages(text, { file })).toThrow(UsageError);
    expect(() => replayStages(text, { file })).toThrow(message);
  });
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('for a speed of %d', (speed) => {
    expect(() => replayStages(rows('1', '1'), { file, speed })).toThrow('speed: expected a number above 0');
  });
});

describe('a size distribution', () => {
  test('its shares are those of the lines', () => {
    expect(replaySizes(csv('bytes,lines', '200,700', '1024,0', '4096.4,300'), { file })).toEqual([
      { bytes: '200B', share: 0.7 },
      { bytes: '4096B', share: 0.3 },
    ]);
  });
  test.each([
    ['', 'morning.csv is empty: expected a header bytes,lines'],
    [csv('bytes,lines', '200,0'), 'expected a row with more than 0 lines, got 1 without'],
    [csv('bytes,lines', '-200,1'), 'line 2: expected 0 bytes or more, got -200'],
  ])('%j is refused', (text, message) => {
    expect(() => replaySizes(text, { file })).toThrow(message);
  });
});
