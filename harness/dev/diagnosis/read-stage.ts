import { formatBytes } from '../../core/duration.ts';
import type { ProbeResult } from '../probe.ts';
import type { RunningConf } from '../running-conf.ts';
import type { BufferLook } from './buffer-stage.ts';
import { broken, type Finding, type Trouble, warning, well } from './finding.ts';
import type { LogLine } from './fluentd-log.ts';
import { isFollowed } from './followed.ts';
import type { VolumeLook } from './volume-look.ts';

export interface ReadEvidence {
  /** Taken after the probe, where that was not read. */
  look: VolumeLook;
  conf: RunningConf;
  /** What fluentd said lately. */
  log: readonly LogLine[];
  buffer: BufferLook;
  /** undefined: none was sent yet. */
  probe?: ProbeResult;
}

/** Whether fluentd reads the file, and makes records of its lines. */
export function judgeRead(evidence: ReadEvidence): Finding {
  const { probe, look, log } = evidence;
  const trouble = unreadable(evidence) ?? unparsed(evidence);
  if (trouble) return broken('read', trouble);
  const read = probe?.stages.find(({ stage }) => stage === 'read');
  if (!probe || read?.afterMs !== undefined)
    return well(
      'read',
      `fluentd follows ${look.logFile}${look.position === undefined ? '' : `, ${formatBytes(look.position)} read`}`,
    );
  const past = ahead(evidence);
  if (past) return broken('read', past);
  const stuck: Trouble = {
    problem: 'not read',
    saw: `fluentd did not read the probe: ${read?.saw ?? 'it was not seen'}`,
    evidence: log.slice(-3).map(({ text }) => `fluentd: ${text}`),
    mend: "read fluentd's log (npm run logs -- fluentd); refresh_interval and enable_dir_watcher say how soon it sees a file",
  };
  if (evidence.buffer.full)
    return warning('read', {
      ...stuck,
      saw: 'fluentd reads no further: its buffer is full',
      evidence: [],
      mend: 'see buffer',
    });
  return broken('read', stuck);
}

/** Why fluentd can't be reading the file at all. */
function unreadable({ look, conf }: ReadEvidence): Trouble | undefined {
  const { file, logFile, user } = look;
  if (!file) return undefined;
  if (!isFollowed(logFile, conf))
    return {
      problem: 'path wrong',
      saw: `fluentd does not follow ${logFile}`,
      evidence: [
        `the application writes ${logFile}`,
        `fluentd follows ${conf.follows.join(', ') || 'nothing'}${conf.excludes.length > 0 ? ` without ${conf.excludes.join(', ')}` : ''}`,
      ],
      mend: `let "path" of the tail source in td-agent.conf fit ${logFile}`,
    };
  if (!file.readable)
    return {
      problem: 'permission wrong',
      saw: `fluentd's user may not read ${logFile}`,
      evidence: [`mode ${file.mode}, owner ${file.owner}`, `fluentd: ${user}`],
      mend: "let the application create it readable for fluentd's group (umask 022), with securityContext.fsGroup in the pod; now: chmod g+r,o+r",
    };
  return undefined;
}

/** A position that stays behind the file's end: a fluentd that starts takes such a file for a new one, and one that runs does not see it. */
function ahead({ look: { file, logFile, position }, conf }: ReadEvidence): Trouble | undefined {
  if (!file || position === undefined || position <= file.bytes) return undefined;
  return {
    problem: 'pos_file ahead',
    saw: `fluentd stands at byte ${position} of ${logFile}, which has ${file.bytes}: what is written before that is never read`,
    evidence: conf.positions.map((path) => `pos_file ${path}: ${position} (0x${position.toString(16)})`),
    mend: 'restart fluentd, which then reads the file anew from its head (a document that has an id comes once); if it stays, remove the pos_file before. The file was cut and grew again between two looks of fluentd (copytruncate): rotate by renaming',
  };
}

/** Lines that fluentd reads and drops. */
function unparsed({ log, conf }: ReadEvidence): Trouble | undefined {
  const dropped = log.filter(({ text }) => /pattern not matched|invalid line found/.test(text));
  const last = dropped.at(-1);
  if (!last) return undefined;
  return {
    problem: 'parse error',
    saw: `fluentd drops lines that its parser (${conf.parsers.join(', ') || 'none'}) can't read: ${dropped.length} lately`,
    evidence: [`fluentd: ${last.text.slice(0, 400)}`],
    mend: 'let <parse> of td-agent.conf fit what the application writes; json_or_text takes any line, and a line that is no JSON whole as "message"',
  };
}
