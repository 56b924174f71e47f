import { type SurveyPlan, surveyPlanOf } from '../../targets/kube/survey-plan.ts';
import { inventoryScript, parseInventory } from '../../targets/kube/survey-volume.ts';
import { Rates } from '../../telemetry/rates.ts';
import type { FileFigures } from './messages.ts';

/** Files that are packed when they are rotated: nobody reads them. */
const PACKED = /\.(gz|bz2|xz|zst|zip)$/;

/** A log file at one reading. */
interface SeenFile {
  inode: number;
  bytes: number;
  path: string;
}

/** Reads the log files again and again through a shell where they are mounted: only what was added since is looked into. */
export class FileReader {
  readonly #exec: (script: string) => Promise<string>;
  readonly #rates = new Rates();
  /** Bytes of each inode at the reading before; undefined: there was none. */
  #before: Map<number, number> | undefined;
  /** Places that fluentd had come to; a pos_file forgets files that it is done with. */
  readonly #positions = new Map<number, number>();
  #lines = 0;
  #bytes = 0;

  constructor(exec: (script: string) => Promise<string>) {
    this.#exec = exec;
  }

  /** `conf`: text of td-agent.conf, which names files and pos_files; `now`: ms by any clock. Throws where there is nothing to read. */
  async read(conf: string, now = performance.now()): Promise<FileFigures> {
    const plan = surveyPlanOf(conf);
    if (plan.logs.length === 0)
      throw new Error('td-agent.conf has no <source> of type tail, so there is no file to look at');
    const text = await this.#exec(readingScript(plan, this.#before));
    const { files, positions } = parseInventory(text);
    const unpacked = files.filter(({ path }) => !PACKED.test(path));
    if (unpacked.length === 0) throw new Error(`there is no file ${plan.logs.join(', ')} yet`);
    for (const [inode, position] of positions) this.#positions.set(inode, position);
    const done = unwatchedIn(text);
    const [, writtenAt] = text.match(/^written (\d+(?:\.\d+)?)$/m) ?? [];
    const added = text.matchAll(/^added \d+ (\d+)$/gm);
    this.#lines += added.reduce((sum, [, lines]) => sum + Number(lines), 0);
    this.#bytes += unpacked.reduce((sum, file) => sum + this.#grown(file), 0);
    this.#before = new Map(unpacked.map(({ inode, bytes }) => [inode, bytes]));
    const linesPerSecond = this.#rates.perSecond('lines', this.#lines, now);
    const bytesPerSecond = this.#rates.perSecond('bytes', this.#bytes, now);
    return {
      files: unpacked.length,
      bytes: unpacked.reduce((sum, { bytes }) => sum + bytes, 0),
      unreadBytes: unpacked.reduce((sum, file) => sum + (done.has(file.inode) ? 0 : this.#unread(file)), 0),
      ...(linesPerSecond === undefined ? {} : { linesPerSecond }),
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(writtenAt === undefined ? {} : { writtenAt: Number(writtenAt) * 1000 }),
    };
  }

  #grown({ inode, bytes }: SeenFile): number {
    if (!this.#before) return 0;
    const before = this.#before.get(inode) ?? 0;
    return bytes >= before ? bytes - before : bytes;
  }

  #unread({ inode, bytes }: SeenFile): number {
    return Math.max(0, bytes - (this.#positions.get(inode) ?? 0));
  }
}

/**
 * The inventory, then `added INODE LINES` for what each file got since the reading before, and `written SECONDS`, when the newest was written. At the first
 * reading nothing counts as added.
 */
export function readingScript(plan: SurveyPlan, before: ReadonlyMap<number, number> | undefined): string {
  const places = Array.from(before ?? [], ([inode, bytes]) => `${inode}) from=${bytes};;`);
  const unknown = before ? '*) from=0;;' : '*) from=$2;;';
  return [
    inventoryScript(plan),
    `for f in ${plan.logs.join(' ')}; do [ -f "$f" ] || continue`,
    `set -- $(stat -c '%i %s' "$f"); case $1 in ${[...places, unknown].join(' ')} esac`,
    // A file that became shorter was emptied, and written anew.
    '[ "$2" -ge "$from" ] || from=0',
    'n=0; [ "$2" = "$from" ] || n=$(tail -c +$((from + 1)) "$f" | head -c $(($2 - from)) | wc -l); echo "added $1 $n"; done',
    `stat -c 'written %.Y' ${plan.logs.join(' ')} 2>/dev/null | sort -k2 -n | tail -n 1; true`,
  ].join('\n');
}

/** Inodes whose entry in a pos_file says that fluentd is done with them (in_tail's position_file.rb). */
function unwatchedIn(text: string): Set<number> {
  return new Set(
    Array.from(text.matchAll(/^position .*\tf{16}\t([0-9a-f]+)$/gim), ([, inode]) => Number.parseInt(inode!, 16)),
  );
}
