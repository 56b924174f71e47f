import { type DurationLiteral, parseDuration, parseSize, type SizeLiteral } from './duration.ts';
import { checkProfile } from './profile-checks.ts';
import type { Load } from './scenario.ts';
import type { LoadSize, LoadStage, Stage } from './stages.ts';
import { linesAsked, stagesMs } from './stages.ts';
import { parseThreshold, type Threshold } from './threshold.ts';
import { UsageError } from './trouble.ts';

/** The shape of a load, and the limits that it is held to. */
export interface ProfileDefinition {
  /** What it is for, in one sentence. */
  title: string;
  /** Pace of each pod, one step after another; the highest is the profile's rate. */
  stages: readonly LoadStage[];
  /** Length of a line, newline included; 200B unless told. One of `bytes` and `sizes`. */
  bytes?: SizeLiteral;
  sizes?: readonly LoadSize[];
  /** 1 unless told. Several: the load is run once with each number of pods, every pod with the pace of the stages. */
  pods?: number | readonly number[];
  /** From the load's start on, left out of what is measured; nothing unless told. Lost records count all the same. */
  warmUp?: DurationLiteral;
  /** As {@link parseThreshold} takes them. */
  thresholds: readonly string[];
  /** A metric beyond its threshold in every reading for longer than this ends the load; never unless told. */
  abortAfter?: DurationLiteral;
  /** The domain answers 503 in this span, from the load's start on. */
  outage?: { at: DurationLiteral; for: DurationLiteral };
}

export interface Profile extends ProfileDefinition {
  /** The file's name without its ending. */
  name: string;
}

/** What `--set stage.…`, `--set profile.…` and `--for` change of a profile. */
export interface ProfileSettings {
  /** lines/s of a pod in the stage with the most; the others keep their proportion to it. */
  rate?: number;
  /** Length of every line, in place of a mix. */
  bytes?: SizeLiteral;
  pods?: number;
  warmUp?: DurationLiteral;
  abortAfter?: DurationLiteral;
  /** Length of the whole profile, ms: {@link stretch}. */
  forMs?: number;
}

/** Marks a profile's data; adding a profile is adding one file that calls this. */
export function defineProfile(definition: ProfileDefinition): ProfileDefinition {
  return definition;
}

/** A definition that can be run, under its file's name; throws a UsageError that names all that is wrong with it. */
export function profileOf(name: string, definition: ProfileDefinition): Profile {
  const problems = checkProfile(definition);
  if (problems.length > 0) throw new UsageError(problems.map((problem) => `profile ${name}: ${problem}`).join('\n'));
  return { ...definition, name };
}

/** A profile with settings in place of its own; throws as {@link profileOf} does. */
export function withProfileSettings(profile: Profile, settings: ProfileSettings): Profile {
  const { rate, bytes, forMs, ...own } = settings;
  const { name, sizes, ...definition } = { ...profile, ...own };
  const shaped: ProfileDefinition = {
    ...definition,
    ...(bytes ? { bytes } : sizes ? { sizes } : {}),
    ...(rate === undefined ? {} : { stages: scaled(profile, rate) }),
  };
  const changed = profileOf(name, shaped);
  return forMs === undefined ? changed : stretch(changed, forMs);
}

/**
 * A profile that lasts so long in all, ms: every stage, the warm-up and the outage are stretched or shrunk in proportion, the rates stay. Throws a
 * UsageError where a stage would be shorter than the emitter's tick of 10 ms.
 */
export function stretch(profile: Profile, ms: number): Profile {
  const factor = ms / lastsMs(profile);
  const literal = (own: DurationLiteral): DurationLiteral => `${Math.round(parseDuration(own) * factor)}ms`;
  let [was, is] = [0, 0];
  const stages = profile.stages.map((stage): LoadStage => {
    was += parseDuration(stage.for);
    const end = Math.round(was * factor);
    const lasts = end - is;
    is = end;
    if (lasts < 10)
      throw new UsageError(
        `profile ${profile.name}: ${Math.round(ms)}ms is too short for its ${profile.stages.length} stages; the shortest would last ${lasts}ms, expected 10ms or more`,
      );
    return { ...stage, for: `${lasts}ms` };
  });
  const { warmUp, outage } = profile;
  return {
    ...profile,
    stages,
    ...(warmUp ? { warmUp: literal(warmUp) } : {}),
    ...(outage ? { outage: { at: literal(outage.at), for: literal(outage.for) } } : {}),
  };
}

/** The load that each pod of a profile writes. */
export function loadOf({ stages, sizes, bytes = '200B' }: Profile): Load {
  return { linesPerSecond: peakOf({ stages }), stages, ...(sizes ? { sizes } : { bytes }) };
}

/** Its limits, read. */
export function thresholdsOf({ thresholds }: Pick<Profile, 'thresholds'>): Threshold[] {
  return thresholds.map(parseThreshold);
}

/** Its stages in ms and lines a second of one pod. */
export function stagesOf({ stages }: Pick<Profile, 'stages'>): Stage[] {
  return stages.map((stage) => ({ forMs: parseDuration(stage.for), perSecond: stage.linesPerSecond }));
}

/** How long it lasts, ms. */
export function lastsMs(profile: Pick<Profile, 'stages'>): number {
  return stagesMs(stagesOf(profile));
}

/** How much of its start is not measured, ms. */
export function warmUpMs({ warmUp = '0s' }: Pick<Profile, 'warmUp'>): number {
  return parseDuration(warmUp);
}

/** Its numbers of pods, one for each run of it. */
export function podsOf({ pods = 1 }: Pick<Profile, 'pods'>): number[] {
  return typeof pods === 'number' ? [pods] : [...pods];
}

/** The highest rate of a pod, lines/s. */
export function peakOf({ stages }: Pick<Profile, 'stages'>): number {
  return Math.max(...stages.map(({ linesPerSecond }) => linesPerSecond));
}

/** Lines that one pod is asked for in the measured time, a second. */
export function meanRateOf(profile: Profile): number {
  const [stages, from, to] = [stagesOf(profile), warmUpMs(profile), lastsMs(profile)];
  return ((linesAsked(stages, to) - linesAsked(stages, from)) * 1000) / (to - from);
}

/** Mean length of a line, bytes. */
export function bytesPerLineOf({ bytes = '200B', sizes }: Pick<Profile, 'bytes' | 'sizes'>): number {
  return sizes ? sizes.reduce((sum, size) => sum + size.share * parseSize(size.bytes), 0) : parseSize(bytes);
}

function scaled(profile: Profile, rate: number): LoadStage[] {
  const peak = peakOf(profile);
  return profile.stages.map((stage) => ({ ...stage, linesPerSecond: (stage.linesPerSecond * rate) / peak }));
}
