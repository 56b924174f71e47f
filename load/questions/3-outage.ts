import { formatBytes } from '../../harness/core/duration.ts';
import { outageThatFills } from '../../harness/faults/outage-that-fills.ts';
import { rate } from '../../harness/report/figures.ts';
import type { LoadContext, Measured, Question, TrialSpec } from '../context.ts';
import { maxOutageMs, recoveryMs } from '../outage.ts';
import { ms, steady, unmeasured, waitingChart } from '../words.ts';

const MIB = 2 ** 20;
const AWAY_FROM_S = 2;
/** Bytes in the buffer for a byte of log, to guess how long a load must last; lines of 200 B measured 1.7. */
const GUESS = 1.5;
/** From this share on a buffer takes no more: what is left is less than a chunk. */
const FULL = 0.97;

interface Point {
  limitBytes: number;
  linesPerSecond: number;
}

/** The domain is away until the buffer is full: three small buffers, and the formula's line through them. */
export const outage: Question = {
  number: 3,
  title: 'Outage tolerance',
  takesMs: 75_000,
  inTurn: 1,
  podsAtOnce: 3,
  edge: true,
  async ask(context) {
    const { goals, bufferBytes } = context;
    const points = pointsFor(context);
    const trials = await context.besides(points.map((point, i) => specOf(context, point, i)));
    const measured = trials.flatMap((trial, i) => {
      const fullMs = fullAfter(trial);
      const point = points[i]!;
      return fullMs === undefined
        ? []
        : [{ trial, point, fullMs, perLogByte: perLogByte(point, goals.bytesPerLine, fullMs) }];
    });
    if (measured.length === 0)
      return unmeasured(`no buffer got full: ${trials[0]?.reasons[0] ?? 'the domain was not away long enough'}`);
    const factor = measured.reduce((sum, one) => sum + one.perLogByte, 0) / measured.length;
    const lost = trials.reduce((sum, { missing }) => sum + missing, 0);
    const bytesPerSecond = goals.linesPerSecond * goals.bytesPerLine;
    const borneMs = maxOutageMs(bufferBytes, bytesPerSecond, factor);
    const longestMs = Math.max(...measured.map(({ fullMs }) => fullMs));
    context.findings.outage = { points: measured.length, longestMs, perLogByte: factor, bufferBytes, lost };
    const first = trials[0]!;
    return {
      measured: true,
      sentence: `With ${formatBytes(bufferBytes)} of buffer an outage of ${ms(borneMs)} fits at ${rate(goals.linesPerSecond, goals.bytesPerLine)} (the goal is ${ms(goals.outageMs)}); ${factor.toFixed(2)} bytes of buffer for a byte of log, measured at ${measured.length} points. Once it is full fluentd stops reading and the lines wait in their file: ${lost === 0 ? 'nothing was lost' : `${lost} records were lost`}.`,
      tables: [
        {
          columns: [
            { title: 'buffer' },
            { title: 'rate' },
            { title: 'full after, measured' },
            { title: 'by the formula' },
            { title: 'missing', unit: 'records' },
            { title: 'drained after the outage' },
            { title: 'by the formula' },
            { title: 'peak on the domain', unit: 'lines/s' },
            { title: 'gave out first' },
          ],
          rows: measured.map(({ trial, point, fullMs }) => [
            formatBytes(point.limitBytes),
            rate(point.linesPerSecond, goals.bytesPerLine),
            ms(fullMs),
            ms(maxOutageMs(point.limitBytes, point.linesPerSecond * goals.bytesPerLine, factor)),
            trial.missing,
            ms(trial.recoveryMs),
            ms(recoveryMs(awayMs(trial), point.linesPerSecond, peakOf(trial))),
            Math.round(peakOf(trial)),
            trial.gaveOut ? `${trial.gaveOut.stage}: ${trial.gaveOut.evidence[0]}` : '',
          ]),
        },
      ],
      charts: [
        {
          title: 'Outage until the buffer is full: measured points and the formula',
          kind: 'line',
          x: { label: 'buffer ÷ rate of log', unit: 's', scale: 'linear' },
          y: { label: 'outage', unit: 's' },
          series: [
            {
              name: 'measured',
              points: measured.map(({ point, fullMs }) => ({
                x: secondsOf(point, goals.bytesPerLine),
                y: fullMs / 1000,
              })),
            },
            {
              name: `formula, ${factor.toFixed(2)} bytes a byte`,
              points: measured.map(({ point }) => ({
                x: secondsOf(point, goals.bytesPerLine),
                y: secondsOf(point, goals.bytesPerLine) / factor,
              })),
            },
          ],
        },
        waitingChart(`The way of the lines through an outage: ${formatBytes(points[0]!.limitBytes)} of buffer`, first),
      ],
    };
  },
};

/** Two buffers at one rate, and one of them at twice that rate; a buffer that is small already is taken as it is, at three rates. */
function pointsFor({ goals, bufferBytes }: LoadContext): Point[] {
  const lines = 2 * goals.linesPerSecond;
  if (bufferBytes <= 32 * MIB) {
    // As long as a small buffer may take to fill, s.
    const fills = (seconds: number) => Math.max(lines, Math.round(bufferBytes / goals.bytesPerLine / GUESS / seconds));
    return [24, 16, 12].map((seconds) => ({ limitBytes: bufferBytes, linesPerSecond: fills(seconds) }));
  }
  return [
    { limitBytes: 4 * MIB, linesPerSecond: lines },
    { limitBytes: 8 * MIB, linesPerSecond: lines },
    { limitBytes: 8 * MIB, linesPerSecond: 2 * lines },
  ];
}

function specOf({ goals, bufferBytes }: LoadContext, { limitBytes, linesPerSecond }: Point, i: number): TrialSpec {
  const fillS = Math.ceil(limitBytes / (linesPerSecond * goals.bytesPerLine) / GUESS) + AWAY_FROM_S;
  return {
    name: `outage-${limitBytes / MIB}MiB-${linesPerSecond}-${i + 1}`,
    load: steady(linesPerSecond, Math.ceil(fillS * 1.25) + 4, goals.bytesPerLine),
    warmUpMs: 0,
    ...(limitBytes === bufferBytes ? {} : { changes: { parameters: { total_limit_size: `${limitBytes / MIB}m` } } }),
    faults: [outageThatFills('buffer', `${AWAY_FROM_S}s`, `${Math.ceil(fillS * 1.1) + 2}s`)],
    drainWithinMs: 60_000,
  };
}

/** From the outage's begin until the buffer took no more, ms. */
function fullAfter({ samples, faults }: Measured): number | undefined {
  const from = faults[0]?.fromMs;
  if (from === undefined) return undefined;
  const readings = samples.flatMap(({ atMs, values: { 'fluentd.bufferShare': share } }) =>
    share !== undefined && atMs > from ? [{ atMs, share }] : [],
  );
  const i = readings.findIndex(({ share }) => share >= FULL);
  const [before = { atMs: from, share: 0 }, full] = [readings[i - 1], readings[i]];
  if (!full) return undefined;
  // Between two readings, of which one may be late.
  return before.atMs - from + ((full.atMs - before.atMs) * (FULL - before.share)) / (full.share - before.share);
}

function perLogByte({ limitBytes, linesPerSecond }: Point, bytesPerLine: number, fullMs: number): number {
  return (limitBytes * 1000) / (linesPerSecond * bytesPerLine * fullMs);
}

function awayMs({ faults }: Measured): number {
  return faults.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/** The most that the domain took in a second after the outage, lines/s: the draining after the load included. */
function peakOf({ samples }: Measured): number {
  return Math.max(0, ...samples.flatMap(({ values }) => values['accepted.lines'] ?? []));
}

function secondsOf({ limitBytes, linesPerSecond }: Point, bytesPerLine: number): number {
  return Math.round((limitBytes / (linesPerSecond * bytesPerLine)) * 10) / 10;
}
