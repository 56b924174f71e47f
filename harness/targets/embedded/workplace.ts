import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Owner, ownerOfThis, stateOf } from '../../tools/owner.ts';

const PREFIX = 'efk-embedded-';
/** What says whose a folder is. */
const OWNER = 'owner';

/** Where a run keeps its pods and documents; it knows the process that it belongs to. */
export class Workplace implements Disposable {
  readonly folder: string;

  private constructor(run: string, owner: Owner, parent: string) {
    this.folder = mkdtempSync(join(parent, `${PREFIX}${run}-`));
    writeFileSync(join(this.folder, OWNER), owner);
  }

  /** A folder for a run of this process. */
  static async make(run: string, parent = tmpdir()): Promise<Workplace> {
    return new Workplace(run, await ownerOfThis(), parent);
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
export async function removeLeftFolders(parent = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const folder = join(parent, name);
    if (!ours(folder) || !(await isLeft(folder))) continue;
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

/** Whether the process that made it has ended. A folder without an owner was just made, or never got further: a minute decides. */
async function isLeft(folder: string): Promise<boolean> {
  const owner = ownerOf(folder);
  return owner ? (await stateOf(owner)) === 'dead' : Date.now() - statSync(folder).mtimeMs >= 60_000;
}

function ownerOf(folder: string): Owner | undefined {
  try {
    return readFileSync(join(folder, OWNER), 'utf8');
  } catch {
    return undefined;
  }
}
