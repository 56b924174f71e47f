import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'efk-embedded-';
/** What says whose a folder is. */
const OWNER = 'owner.json';

/** Where a run keeps its pods and documents; it knows the process that it belongs to. */
export class Workplace implements Disposable {
  readonly folder: string;

  constructor(run: string, parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, `${PREFIX}${run}-`));
    writeFileSync(join(this.folder, OWNER), JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  }

  /** A folder of its own for a pod, empty. */
  folderOf(pod: string): string {
    const folder = join(this.folder, pod);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Removes what runs left whose process is gone, and returns the folders. Processes of such a run are gone already: the kernel kills them with it.
 * Folders of other users stay.
 */
export function removeLeftovers(parent = tmpdir()): string[] {
  const removed: string[] = [];
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const folder = join(parent, name);
    if (!ours(folder) || alive(folder)) continue;
    rmSync(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

function ours(folder: string): boolean {
  try {
    return statSync(folder).uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** Whether the process that made it still runs. A folder without an owner was just made, or never got further: a minute decides. */
function alive(folder: string): boolean {
  try {
    const { pid, started } = JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
    return startOf(pid) === started;
  } catch {
    return Date.now() - statSync(folder).mtimeMs < 60_000;
  }
}

/** When a process started, in the kernel's ticks since boot: with the pid, its identity. proc_pid_stat(5), field 22. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}
