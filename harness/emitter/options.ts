import { hostname } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration, parseSize } from '../core/duration.ts';
import type { RecordFormat } from '../core/record.ts';
import type { Rotation } from './log-file.ts';

/** What the emitter is asked to do. Times in ms. */
export interface EmitterOptions {
  run: string;
  paths: string[];
  stream: string;
  /** 0: as fast as it goes. Of all files together. */
  linesPerSecond: number;
  /** Lines of one load, of all files together. */
  count: number;
  lineBytes: number;
  format: RecordFormat;
  onSignal: boolean;
  startDelayMs: number;
  rotateAtMs: number[];
  rotation: Rotation;
  keep: number;
  lastBurst: number;
  lastBurstAfterMs: number;
  exitWhenDone: boolean;
}

export const HELP = `emitter: writes Records to log files and its Ledger to stdout

  --run ID                    the run's id, lower-case letters and digits (required)
  --file PATH                 log file (/app/log/docswave-app.log)
  --files N                   that many files, each a stream of its own: docswave-app-2.log, … (1)
  --lines-per-second R|max    pace of all files together (100)
  --bytes SIZE                length of a line, newline included (200B)
  --for D | --count N         how long, or how many lines (one of the two)
  --format json|text          JSON lines, or plain text (json)
  --start at-once|on-signal   on-signal: the empty file is created, each SIGUSR2 writes the load once (at-once)
  --start-delay D             wait before the file is created and the load starts (0s)
  --rotate-at D[,D…]          rotate that long after the load's start
  --rotate rename|copytruncate|delete-and-create  (rename)
  --keep N                    rotated files that stay (5)
  --last-burst N              lines to write on SIGTERM (0)
  --last-burst-after D        how long after SIGTERM (0s)
  --stream NAME               first part of the stream's name (the host's name)
  --exit-when-done            end after the load; otherwise stay until SIGTERM

Durations: 250ms, 90s, 5m. Sizes: 200B, 16KiB, 1MiB. Ends with 0, with 2 for wrong usage, with 1 when it cannot write.`;

/** Reads the command line; undefined for --help. Throws an Error with a plain message for what is wrong. */
export function readOptions(argv: string[]): EmitterOptions | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      run: { type: 'string' },
      file: { type: 'string', default: '/app/log/docswave-app.log' },
      files: { type: 'string', default: '1' },
      'lines-per-second': { type: 'string', default: '100' },
      bytes: { type: 'string', default: '200B' },
      for: { type: 'string' },
      count: { type: 'string' },
      format: { type: 'string', default: 'json' },
      start: { type: 'string', default: 'at-once' },
      'start-delay': { type: 'string', default: '0s' },
      'rotate-at': { type: 'string', default: '' },
      rotate: { type: 'string', default: 'rename' },
      keep: { type: 'string', default: '5' },
      'last-burst': { type: 'string', default: '0' },
      'last-burst-after': { type: 'string', default: '0s' },
      stream: { type: 'string', default: hostname() },
      'exit-when-done': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const flag = <T>(name: string, read: (text: string) => T): T => {
    try {
      return read(String(values[name as keyof typeof values]));
    } catch (error) {
      throw new Error(`--${name}: ${error instanceof Error ? error.message : error}`);
    }
  };
  if (!/^[a-z0-9]+$/.test(values.run ?? '')) throw new Error(`--run: expected lower-case letters and digits, got "${values.run ?? ''}"`);
  if ((values.for === undefined) === (values.count === undefined)) throw new Error('expected one of --for and --count');
  const linesPerSecond = flag('lines-per-second', (text) => (text === 'max' ? 0 : above(text, 0)));
  if (linesPerSecond === 0 && values.for !== undefined) throw new Error('--lines-per-second max needs --count: nothing bounds it otherwise');
  const forMs = values.for === undefined ? 0 : flag('for', parseDuration);
  const files = flag('files', (text) => whole(text, 1));
  return {
    run: values.run!,
    paths: Array.from({ length: files }, (_, i) => nth(values.file, i)),
    stream: values.stream.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-'),
    linesPerSecond,
    count: values.count === undefined ? Math.round((linesPerSecond * forMs) / 1000) : flag('count', (text) => whole(text, 1)),
    lineBytes: flag('bytes', parseSize),
    format: flag('format', (text) => oneOf(text, ['json', 'text'])),
    onSignal: flag('start', (text) => oneOf(text, ['at-once', 'on-signal'])) === 'on-signal',
    startDelayMs: flag('start-delay', parseDuration),
    rotateAtMs: flag('rotate-at', (text) => text.split(',').filter(Boolean).map(parseDuration)).sort((a, b) => a - b),
    rotation: flag('rotate', (text) => oneOf(text, ['rename', 'copytruncate', 'delete-and-create'])),
    keep: flag('keep', (text) => whole(text, 1)),
    lastBurst: flag('last-burst', (text) => whole(text, 0)),
    lastBurstAfterMs: flag('last-burst-after', parseDuration),
    exitWhenDone: values['exit-when-done'],
  };
}

/** app.log, app-2.log, app-3.log */
function nth(file: string, index: number): string {
  if (index === 0) return file;
  const ending = extname(file);
  return join(dirname(file), `${basename(file, ending)}-${index + 1}${ending}`);
}

function above(text: string, least: number): number {
  const number = Number(text);
  if (!(number > least) || !Number.isFinite(number)) throw new Error(`expected a number above ${least}, or max, got "${text}"`);
  return number;
}

function whole(text: string, least: number): number {
  if (!/^\d+$/.test(text) || Number(text) < least) throw new Error(`expected a whole number, ${least} or more, got "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  if (!allowed.includes(text as T)) throw new Error(`expected ${allowed.join(' or ')}, got "${text}"`);
  return text as T;
}
