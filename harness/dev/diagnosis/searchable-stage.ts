import { formatDuration } from '../../core/duration.ts';
import { afterOf, PROBE_RUN, type ProbeResult } from '../probe.ts';
import type { EngineLook } from './engine-look.ts';
import { broken, type Finding, type Trouble, unknown, well } from './finding.ts';
import type { VolumeLook } from './volume-look.ts';

/** A document is where one looks for it, in the last 15 minutes, if it is ahead of its writing, or behind it, by no more than this, ms. */
const AHEAD_MS = 5 * 60_000;
const BEHIND_MS = 15 * 60_000;
/** Offsets of time zones are multiples of it, ms; an application's own delay may be added. */
const ZONE_STEP_MS = 15 * 60_000;
const ZONE_SLACK_MS = 2 * 60_000;

/** The application's last line, and the time under which it is found. */
export interface LastLine {
  line: string;
  /** When it was written, ms since the epoch; by the file. */
  writtenAt: number;
  index: string;
  /** `@timestamp` of its document. */
  timestamp: string;
}

export interface SearchableEvidence {
  probe: ProbeResult;
  engine: EngineLook;
  /** undefined: not found, or a probe's was written after it. */
  lastLine: LastLine | undefined;
}

/** The application's last line with the time of its writing; undefined where the last line is a probe's, or there is none. */
export function lastLineOf({ lastLines, lastWrittenAt }: VolumeLook): Pick<LastLine, 'line' | 'writtenAt'> | undefined {
  const line = lastLines.at(-1);
  if (lastWrittenAt === 0 || !line || line.includes(`"${PROBE_RUN}`)) return undefined;
  return { line, writtenAt: lastWrittenAt };
}

/** Whether a search finds what the domain took, and at the time at which one looks for it. */
export function judgeSearchable({ probe, engine, lastLine }: SearchableEvidence): Finding {
  const trouble = misplaced(lastLine);
  if (trouble) return broken('searchable', trouble);
  if (probe.searchableMs !== undefined)
    return well(
      'searchable',
      `a search finds the probe after ${formatDuration(probe.searchableMs)}, in ${probe.index}`,
    );
  if (afterOf(probe, 'accepted') === undefined) return unknown('searchable', 'the probe was not accepted');
  return broken('searchable', {
    problem: 'not searchable',
    saw: 'the domain took the probe, and no search finds it',
    evidence: engine.refresh.map((setting) => `engine: ${setting}`),
    mend: 'set index.refresh_interval back: PUT /logstash-*/_settings {"index.refresh_interval": null}; see whether an ingest pipeline drops or moves documents',
  });
}

/** A document that is there, outside the window in which one searches. */
function misplaced(last: LastLine | undefined): Trouble | undefined {
  const offMs = last ? Date.parse(last.timestamp) - last.writtenAt : 0;
  if (!last || !(offMs > AHEAD_MS || offMs < -BEHIND_MS)) return undefined;
  const zoneMs = Math.round(offMs / ZONE_STEP_MS) * ZONE_STEP_MS;
  const isZone = zoneMs !== 0 && Math.abs(offMs - zoneMs) <= ZONE_SLACK_MS && Math.abs(zoneMs) <= 14 * 3_600_000;
  const off = `${formatDuration(Math.abs(isZone ? zoneMs : offMs))} ${offMs > 0 ? 'ahead of' : 'behind'} its writing`;
  return {
    problem: isZone ? 'time zone' : 'clock',
    saw: `the application's last line is there, but ${off}: a search of the last minutes does not show it`,
    evidence: [
      `file: written ${new Date(last.writtenAt).toISOString()}: ${last.line.slice(0, 200)}`,
      `engine: @timestamp ${last.timestamp} in ${last.index}`,
    ],
    mend: isZone
      ? `let the application write its offset (2026-11-25T21:00:00+09:00) or UTC, or let <parse> know its zone (timezone +09:00); until then search ${offMs > 0 ? 'up to now+' : 'from now-'}${Math.ceil(Math.abs(offMs) / 3_600_000)}h`
      : "set the application's clock, or see which field its time is read from (time_key)",
  };
}
