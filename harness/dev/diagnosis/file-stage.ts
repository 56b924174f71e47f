import { formatBytes, formatDuration } from '../../core/duration.ts';
import type { RunningConf } from '../running-conf.ts';
import type { PartState } from '../stack.ts';
import { broken, type Finding, warning, well } from './finding.ts';
import { isFollowed } from './followed.ts';
import type { VolumeLook } from './volume-look.ts';

/** An application that has written nothing for so long is told of, ms. It may have nothing to say. */
export const IDLE_MS = 60_000;

export interface FileEvidence {
  look: VolumeLook;
  conf: RunningConf;
  application: PartState | undefined;
}

/** Whether the application writes its file. */
export function judgeFile({ look, conf, application }: FileEvidence): Finding {
  const { file, logFile, others } = look;
  if (!file) return notThere(look, conf, application);
  if (application?.state === 'ended' && !/exit code 0\b/.test(application.saw))
    return broken('file', {
      problem: 'application not running',
      saw: `the application ${application.saw}`,
      evidence: [`${logFile}: ${formatBytes(file.bytes)}, ${ago(look)}`],
      mend: 'see why it ended in its own log (npm run logs -- application), and start it again',
    });
  // Rotated ones, and those of an application that brought its own.
  const followed = others.filter(({ path, bytes }) => bytes > 0 && isFollowed(path, conf));
  if (file.bytes === 0 && followed.length === 0)
    return broken('file', {
      problem: 'file not written',
      saw: `${logFile} is there, and empty`,
      evidence: [`mode ${file.mode}, owner ${file.owner}; ${ago(look)}`, ...tellApplication(application)],
      mend: "let the application log into this file and not to stdout alone; its logger's level may leave all out, or its buffer hold all back",
    });
  const idleMs = look.now - Math.max(file.writtenAt, ...followed.map(({ writtenAt }) => writtenAt));
  if (idleMs >= IDLE_MS)
    return warning('file', {
      problem: 'nothing written lately',
      saw: `nothing was written for ${formatDuration(idleMs)}`,
      evidence: [`${logFile}: ${formatBytes(file.bytes)}, ${ago(look)}`, ...tellApplication(application)],
      mend: 'nothing, if the application has nothing to say',
    });
  return well('file', `${logFile}, ${formatBytes(file.bytes)}, ${ago(look)}`);
}

function notThere(look: VolumeLook, conf: RunningConf, application: PartState | undefined): Finding {
  const { logFile, folder, others, user } = look;
  const elsewhere = look.application !== undefined && look.application !== '' && !/No such file/.test(look.application);
  if (!folder.open && elsewhere)
    return broken('file', {
      problem: 'permission wrong',
      saw: `fluentd's user may not look into the folder of ${logFile}`,
      evidence: [folder.listed, `fluentd: ${user}`, `application: ${look.application}`],
      mend: `let the folder be open to both users: securityContext.fsGroup in the pod, chmod o+rx by hand`,
    });
  const strays = others.filter(({ path }) => !isFollowed(path, conf));
  const listed = others.map(({ path, bytes }) => `there is ${path}, ${formatBytes(bytes)}`);
  if (elsewhere || strays.length > 0)
    return broken('file', {
      problem: 'path wrong',
      saw: elsewhere
        ? `the application has ${logFile}, and fluentd's container has not: they share no volume there`
        : `${logFile} is not there, but other files are that fluentd does not follow`,
      evidence: [
        ...listed,
        ...(elsewhere ? [`application: ${look.application}`] : []),
        `fluentd follows ${conf.follows.join(', ')}`,
      ],
      mend: elsewhere
        ? 'mount the same volume at the same path in both containers'
        : `let the application write ${logFile}, or let "path" of td-agent.conf name what it writes`,
    });
  return broken('file', {
    problem: 'file not written',
    saw: `${logFile} is not there`,
    evidence: [folder.listed, ...listed, ...tellApplication(application)],
    mend: "let the application log into this file: its logger's path, and whether its user may write into the folder",
  });
}

function tellApplication(application: PartState | undefined): string[] {
  return application ? [`application: ${application.saw}`] : [];
}

function ago({ file, now }: VolumeLook): string {
  return `written ${formatDuration(Math.max(0, now - file!.writtenAt))} ago`;
}
