import { type DurationLiteral, parseDuration, parseSize, type SizeLiteral } from './duration.ts';

/** One step of a load's shape, as it is written down; 0 lines a second is a pause. */
export interface LoadStage {
  for: DurationLiteral;
  linesPerSecond: number;
}

/** One length of line (newline included) and its share of a load's lines, above 0 to 1. */
export interface LoadSize {
  bytes: SizeLiteral;
  share: number;
}

/** A {@link LoadStage} in ms and lines a second. */
export interface Stage {
  forMs: number;
  perSecond: number;
}

/** From seq `from` on, records are due at `at + (seq - from) / perSecond`, ms; `stage`: its place in the load, from 0. */
export interface StagePace {
  from: number;
  at: number;
  perSecond: number;
  stage: number;
}

/** More stages than these make a command line that not every system takes. */
export const MOST_STAGES = 2000;
/** What sums of floats may be off. */
const NEARLY = 1e-6;

/** `20s@100,30s@500`: the form that the emitter takes. */
export function stagesText(stages: readonly LoadStage[]): string {
  return stages.map((stage) => `${stage.for}@${stage.linesPerSecond}`).join(',');
}

/** `200B:0.7,1KiB:0.3`: the form that the emitter takes. */
export function sizesText(sizes: readonly LoadSize[]): string {
  return sizes.map(({ bytes, share }) => `${bytes}:${share}`).join(',');
}

/** Stages of {@link stagesText}; throws for anything else, for a rate below 0, and where no stage has a rate above it. */
export function parseStages(text: string): Stage[] {
  const stages = text.split(',').map((part): Stage => {
    const [, duration, rate, more] = part.match(/^([^@]+)@([^@]+)(@.*)?$/) ?? [];
    if (duration === undefined || rate === undefined || more !== undefined)
      throw new Error(`expected DURATION@LINES-PER-SECOND stages such as 20s@100,30s@500, got "${part}"`);
    const perSecond = Number(rate);
    if (!(perSecond >= 0) || !Number.isFinite(perSecond))
      throw new Error(`expected a rate of 0 (a pause) or more, got "${rate}" in "${part}"`);
    const forMs = parseDuration(duration);
    if (forMs === 0) throw new Error(`expected a stage longer than 0, got "${part}"`);
    return { forMs, perSecond };
  });
  if (stages.length > MOST_STAGES) throw new Error(`expected at most ${MOST_STAGES} stages, got ${stages.length}`);
  if (stages.every(({ perSecond }) => perSecond === 0))
    throw new Error(`expected a stage with a rate above 0, got "${text}"`);
  return stages;
}

/** Sizes of {@link sizesText}, in bytes; throws for anything else, and where the shares do not sum to 1. */
export function parseSizes(text: string): { bytes: number; share: number }[] {
  const sizes = text.split(',').map((part) => {
    const [, size, share] = part.match(/^([^:]+):([^:]+)$/) ?? [];
    if (size === undefined || share === undefined)
      throw new Error(`expected SIZE:SHARE pairs such as 200B:0.7,1KiB:0.3, got "${part}"`);
    if (!(Number(share) > 0 && Number(share) <= 1))
      throw new Error(`expected a share above 0 and up to 1, got "${share}" in "${part}"`);
    return { bytes: parseSize(size), share: Number(share) };
  });
  const sum = sizes.reduce((all, { share }) => all + share, 0);
  if (Math.abs(sum - 1) > NEARLY) throw new Error(`expected shares that sum to 1, got ${sum} in "${text}"`);
  return sizes;
}

/** How long stages last together, ms. */
export function stagesMs(stages: readonly Pick<Stage, 'forMs'>[]): number {
  return stages.reduce((sum, { forMs }) => sum + forMs, 0);
}

/** Lines that stages have asked for `ms` after their start: the area below the rate, not rounded. */
export function linesAsked(stages: readonly Stage[], ms: number): number {
  let [lines, left] = [0, Math.max(0, ms)];
  for (const { forMs, perSecond } of stages) {
    lines += (Math.min(left, forMs) * perSecond) / 1000;
    left -= forMs;
    if (left <= 0) break;
  }
  return lines;
}

/**
 * Paces of stages that follow each other without a gap from `at` (ms since the epoch) on, for a stream that writes `share` of the lines, its first
 * one being seq `from`. Record n is due when n lines have been asked for; so a rate is kept also where a stage ends between two of them. `end`: seq,
 * exclusive. A stage without a record, such as a pause, has no pace: the next one says when it starts.
 */
export function pacesOf(
  stages: readonly Stage[],
  share: number,
  { from, at }: { from: number; at: number },
): { paces: StagePace[]; end: number } {
  const paces: StagePace[] = [];
  let [asked, startsAt] = [0, at];
  for (const { forMs, perSecond: all } of stages) {
    const perSecond = all * share;
    const next = wholeLines(asked);
    const waits = Math.max(0, ((next - asked) * 1000) / perSecond);
    asked += (perSecond * forMs) / 1000;
    if (wholeLines(asked) > next)
      paces.push({ from: from + next, at: startsAt + waits, perSecond, stage: paces.length });
    startsAt += forMs;
  }
  return { paces, end: from + wholeLines(asked) };
}

/** Whole lines that are due before `lines` have been asked for: line n is due at n, so this rounds up. */
export function wholeLines(lines: number): number {
  return Math.ceil(lines - NEARLY);
}
