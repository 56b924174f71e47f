import { parseInventory } from '../../targets/kube/survey-volume.ts';
import type { RunningConf } from '../running-conf.ts';
import type { DevStack } from '../stack.ts';

/** A file of the folder that the application writes into. */
export interface LookedFile {
  path: string;
  bytes: number;
  /** Last write, ms since the epoch, by the clock of the machine that it lies on; whole seconds. */
  writtenAt: number;
}

/** The log volume, as fluentd's user sees it. */
export interface VolumeLook {
  logFile: string;
  /** fluentd's clock, ms since the epoch; whole seconds. */
  now: number;
  /** fluentd's user: `uid=999(fluentd) gid=999(fluentd)`. */
  user: string;
  /** The log file; undefined: fluentd does not see it. */
  file: (LookedFile & { inode: number; mode: string; owner: string; readable: boolean }) | undefined;
  /** Whether fluentd's user may look into the file's folder, and that folder's own line of `ls`. */
  folder: { open: boolean; listed: string };
  /** What else lies there, the rotated files of the log file included. */
  others: LookedFile[];
  /** Byte that fluentd reads next in the log file; undefined: its pos_file does not know the file. */
  position: number | undefined;
  /** The last lines of the file that was written last, cut to 4,000 bytes, and when that was, ms since the epoch. */
  lastLines: string[];
  lastWrittenAt: number;
  /** What the application's container says of its log file where fluentd does not see it. */
  application?: string;
}

/** Looks at the log volume out of fluentd's container. Throws where no shell can be run there. */
export async function lookAtVolume(stack: DevStack, { positions }: RunningConf): Promise<VolumeLook> {
  const { logFile } = stack;
  const look = parseLook(logFile, await stack.exec('fluentd', lookScript(logFile, positions)));
  if (look.file) return look;
  const listed = await stack
    .exec('application', `ls -ld '${logFile}' 2>&1; true`)
    .catch((error: Error) => error.message);
  return { ...look, application: listed.trim() };
}

/** Prints what {@link parseLook} reads. Nothing in it fails: what can't be seen is missing in what it prints. */
export function lookScript(logFile: string, positions: readonly string[]): string {
  const folder = logFile.slice(0, logFile.lastIndexOf('/'));
  return [
    `f='${logFile}'; d='${folder}'`,
    'echo "now $(date +%s)"; echo "user $(id)"; echo "folder $(ls -ld "$d" 2>&1)"; if [ -x "$d" ]; then echo open; fi',
    // Before the file: one that grows meanwhile must not look as if it were shorter than what was read.
    `for p in ${positions.join(' ')}; do if [ -f "$p" ]; then sed 's/^/position /' "$p"; fi; done`,
    'if [ -e "$f" ]; then stat -L -c "file %i %s %n" "$f"; stat -L -c "log %Y %a %u:%g" "$f"; if [ -r "$f" ]; then echo readable; fi; fi',
    'for o in "$d"/*; do if [ -f "$o" ] && [ "$o" != "$f" ]; then stat -L -c "other %Y %s %n" "$o"; fi; done',
    // An application of one's own may write another file than the one for probes.
    'n="$f"; for o in "$d"/*; do case "$o" in *.gz|*.bz2|*.xz|*.zst|*.zip) ;; *) if [ -f "$o" ] && [ "$o" -nt "$n" ]; then n="$o"; fi ;; esac; done',
    `echo "newest $n"; tail -n 20 "$n" 2>/dev/null | cut -b 1-4000 | sed 's/^/line /'; true`,
  ].join('\n');
}

/** Reads what {@link lookScript} prints. */
export function parseLook(logFile: string, text: string): VolumeLook {
  const { files, positions } = parseInventory(text);
  const file = files.find(({ path }) => path === logFile);
  const [, written, mode = '', owner = ''] = text.match(/^log (\d+) (\d+) (\S+)$/m) ?? [];
  const looked = file && {
    ...file,
    writtenAt: Number(written ?? 0) * 1000,
    mode,
    owner,
    readable: /^readable$/m.test(text),
  };
  const others = Array.from(text.matchAll(/^other (\d+) (\d+) (.+)$/gm), ([, at, bytes, path]) => ({
    path: path!,
    bytes: Number(bytes),
    writtenAt: Number(at) * 1000,
  }));
  const newest = text.match(/^newest (.*)$/m)?.[1];
  return {
    logFile,
    now: Number(text.match(/^now (\d+)/m)?.[1] ?? 0) * 1000,
    user: text.match(/^user (.*)$/m)?.[1] ?? '',
    file: looked,
    folder: { open: /^open$/m.test(text), listed: text.match(/^folder (.*)$/m)?.[1] ?? '' },
    others,
    position: file && positions.get(file.inode),
    lastWrittenAt: [...(looked ? [looked] : []), ...others].find(({ path }) => path === newest)?.writtenAt ?? 0,
    lastLines: Array.from(text.matchAll(/^line (.*)$/gm), (match) => match[1]!),
  };
}
