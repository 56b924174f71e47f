import { basename, dirname, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration, parseSize } from '../core/duration.ts';
import { type RecordFormat, recordLine, SEQ_DIGITS } from '../core/record.ts';
import { linesAsked, parseSizes, parseStages, type Stage, stagesMs, wholeLines } from '../core/stages.ts';
import { TEXT_KINDS, type TextKind } from '../core/texts.ts';
import { FLAGS } from './flags.ts';
import { ROTATIONS, type Rotation } from './log-file.ts';
import { above, matching, oneOf, positiveDuration, whole } from './values.ts';

/** What the emitter is asked to do. Times in ms. */
export interface EmitterOptions {
  run: string;
  /** Each a stream: its length of line, and its share of the load. */
  files: { path: string; lineBytes: number; share: number }[];
  stream: string;
  /** The shape of a load of all files together; undefined: `linesPerSecond` and `count` say it. */
  stages: Stage[] | undefined;
  /** 0: as fast as it goes. Of all files together. */
  linesPerSecond: number;
  /** Lines of one load, of all files together; the most there can be where `maxForMs` ends it. */
  count: number;
  /** How long a load without a pace lasts; infinite where `count` ends it. */
  maxForMs: number;
  format: RecordFormat;
  text: TextKind;
  /** How long after a load's start the time in its lines passes midnight UTC; undefined: the lines say when they are due. */
  midnightAfterMs: number | undefined;
  /** Whether the last line of each file is left without its newline. */
  noLastNewline: boolean;
  onSignal: boolean;
  startDelayMs: number;
  rotateAtMs: number[];
  rotation: Rotation;
  keep: number;
  lastBurst: number;
  lastBurstAfterMs: number;
  /** Time that the last burst is spread over; 0: all at once. */
  lastBurstOverMs: number;
  exitWhenDone: boolean;
}

/** What a seq's digits can count. */
const MOST_LINES = 10 ** SEQ_DIGITS;
const MOST_FILES = 1000;
const MOST_LINE_BYTES = 16 * 2 ** 20;

/** Reads the command line; undefined for --help. Throws one Error that names all that is wrong. */
export function readOptions(argv: string[]): EmitterOptions | undefined {
  const { values } = parseArgs({ args: argv, options: FLAGS });
  if (values.help) return undefined;
  const problems: string[] = [];
  const flag = <T>(name: keyof typeof FLAGS, read: (text: string) => T): T => {
    try {
      return read(String(values[name] ?? ''));
    } catch (error) {
      problems.push(`--${name}: ${(error as Error).message}`);
      return undefined as T;
    }
  };
  const stages = values.stages === undefined ? undefined : flag('stages', parseStages);
  const linesPerSecond = flag('lines-per-second', (text) => (text === 'max' ? 0 : above(text || '100', 0)));
  const forMs = values.for === undefined ? undefined : flag('for', positiveDuration);
  const counted = values.count === undefined ? undefined : flag('count', (text) => whole(text, 1, MOST_LINES));
  if (values.stages !== undefined) {
    const besides = (['lines-per-second', 'for', 'count'] as const).filter((name) => values[name] !== undefined);
    if (besides.length > 0) problems.push(`--stages: expected alone, got --${besides.join(' and --')} besides`);
  } else if ((values.for === undefined) === (values.count === undefined))
    problems.push('expected one of --for and --count');
  // Record i is due at i / R, so those before the end are rounded up; the small part is for what floats cannot say.
  const paced =
    forMs === undefined || linesPerSecond === 0 ? MOST_LINES : Math.ceil((linesPerSecond * forMs) / 1000 - 1e-6);
  const staged = stages ? wholeLines(linesAsked(stages, stagesMs(stages))) : 0;
  if (staged > MOST_LINES) problems.push(`--stages: expected at most ${MOST_LINES} lines in all, got ${staged}`);
  if (paced > MOST_LINES) problems.push(`--for: expected at most ${MOST_LINES} lines in all, got ${paced}`);
  if (values.start === 'on-signal' && values['start-delay'] !== '0s')
    problems.push('--start-delay: expected with --start at-once only');
  const options: EmitterOptions = {
    run: flag('run', (text) => matching(text, /^[a-z0-9]+$/, 'lower-case letters and digits')),
    files: filesOf(values, flag),
    stream: flag('stream', (text) => matching(text, /^[a-z0-9.-]+$/, 'lower-case letters, digits, dots and dashes')),
    stages,
    linesPerSecond,
    count: counted ?? paced,
    maxForMs: linesPerSecond === 0 && forMs !== undefined ? forMs : Number.POSITIVE_INFINITY,
    format: flag('format', (text) => oneOf(text, ['json', 'text'])),
    text: flag('text', (text) => oneOf(text, TEXT_KINDS)),
    midnightAfterMs: values['midnight-after'] === undefined ? undefined : flag('midnight-after', parseDuration),
    noLastNewline: values['no-last-newline'],
    onSignal: flag('start', (text) => oneOf(text, ['at-once', 'on-signal'])) === 'on-signal',
    startDelayMs: flag('start-delay', parseDuration),
    rotateAtMs: flag('rotate-at', (text) =>
      text === ''
        ? []
        : text
            .split(',')
            .map(parseDuration)
            .sort((a, b) => a - b),
    ),
    rotation: flag('rotate', (text) => oneOf(text, ROTATIONS)),
    keep: flag('keep', (text) => whole(text, 1, 1000)),
    lastBurst: flag('last-burst', (text) => whole(text, 0, MOST_LINES)),
    lastBurstAfterMs: flag('last-burst-after', parseDuration),
    lastBurstOverMs: flag('last-burst-over', parseDuration),
    exitWhenDone: values['exit-when-done'],
  };
  if (problems.length === 0) problems.push(...wrongLength(options, values.sizes === undefined ? 'bytes' : 'sizes'));
  if (problems.length > 0) throw new Error(`${problems.join('\n         ')}\n         --help tells what may be asked`);
  return options;
}

/** A line too short for its own id would be written longer than asked; one too long would not fit into memory. */
function wrongLength({ format, run, stream, files }: EmitterOptions, asked: 'bytes' | 'sizes'): string[] {
  // As long as the stream's whole name will be, but for more than 9 files.
  const name = `${stream}.${Date.now().toString(36)}.1`;
  const least = recordLine(format, { run, stream: name, seq: 0 }, new Date(0).toISOString(), 2).length + 1;
  const wrong = new Set(
    files.map(({ lineBytes }) => lineBytes).filter((bytes) => bytes < least || bytes > MOST_LINE_BYTES),
  );
  return [...wrong].map(
    (bytes) => `--${asked}: expected ${least}B (what time and id take) to ${MOST_LINE_BYTES}B, got ${bytes}B`,
  );
}

type Flags = Partial<Record<keyof typeof FLAGS, string | boolean>> & { file: string };

/** One file for each size, or as many of one size as were asked for. */
function filesOf(
  { file, files, bytes, sizes }: Flags,
  flag: <T>(name: keyof typeof FLAGS, read: (text: string) => T) => T,
): EmitterOptions['files'] {
  if (sizes === undefined) {
    const lineBytes = flag('bytes', (text) => (/^\d+$/.test(text) ? Number(text) : parseSize(text || '200B')));
    const count = flag('files', (text) => whole(text || '1', 1, MOST_FILES));
    return Array.from({ length: count ?? 0 }, (_, i) => ({ path: nth(file, i), lineBytes, share: 1 / count }));
  }
  const mix = flag('sizes', (text) => {
    if (files !== undefined || bytes !== undefined) throw new Error('expected without --files and --bytes');
    return parseSizes(text);
  });
  return (mix ?? []).map((size, i) => ({ path: nth(file, i), lineBytes: size.bytes, share: size.share }));
}

/** app.log, app-2.log, app-3.log */
function nth(file: string, index: number): string {
  if (index === 0) return file;
  const ending = extname(file);
  return join(dirname(file), `${basename(file, ending)}-${index + 1}${ending}`);
}
