import type { RecordRange } from '../../core/reconciliation.ts';
import { SEQ_DIGITS } from '../../core/record.ts';
import type { HoldingFile, SurveyedFile, SurveyedVolume } from '../../core/survey.ts';
import type { SurveyPlan } from './survey-plan.ts';

/** Runs a shell script where the pod's volume is mounted and returns its stdout; throws where it fails. */
export type RunScript = (script: string) => Promise<string>;

/** Position of an entry for a file that fluentd does not watch any more: fluentd, in_tail's position_file.rb. */
const UNWATCHED = 0xffffffffffffffffn;

/**
 * Looks at a pod's volume: its log files, fluentd's positions in them, chunks and dead letters, and which records of a run are where. Needs a shell
 * with grep, awk, find, head, tail and stat there; reads every byte of these files once.
 */
export async function surveyVolume(run: string, plan: SurveyPlan, shell: RunScript): Promise<SurveyedVolume> {
  const { files, positions } = parseInventory(await shell(inventoryScript(plan)));
  const placed = files.map((file) => ({ ...file, position: positions.get(file.inode) }));
  const found = parseRecords(await shell(recordsScript(run, plan, placed)));
  const of = (kind: string): HoldingFile[] => found.filter((one) => one.kind === kind && one.records.length > 0);
  const recordsIn = (kind: string, path: string) =>
    found.find((one) => one.kind === kind && one.path === path)?.records;
  return {
    files: placed.map(({ position, ...file }) => ({
      ...file,
      ...(position === undefined ? {} : { position }),
      before: recordsIn('before', file.path) ?? [],
      behind: recordsIn('behind', file.path) ?? [],
    })),
    chunks: of('chunk').map(plain),
    deadLetters: of('aside').map(plain),
  };
}

/** Lists log files (inode, bytes, path) and the entries of pos_files. */
export function inventoryScript({ logs, positions }: SurveyPlan): string {
  return [
    'set -e; for tool in grep awk find head tail stat; do command -v $tool >/dev/null; done',
    `for f in ${logs.join(' ')}; do if [ -f "$f" ]; then [ -r "$f" ]; stat -c 'file %i %s %n' "$f"; fi; done`,
    `for f in ${positions.join(' ')}; do if [ -f "$f" ]; then sed 's/^/position /' "$f"; fi; done`,
  ].join('\n');
}

/** Reads what {@link inventoryScript} prints. Positions by inode; an entry that is not watched any more tells none. */
export function parseInventory(text: string): {
  files: Pick<SurveyedFile, 'path' | 'inode' | 'bytes'>[];
  positions: Map<number, number>;
} {
  const files = new Map<string, Pick<SurveyedFile, 'path' | 'inode' | 'bytes'>>();
  const positions = new Map<number, number>();
  for (const line of text.split('\n')) {
    const [, inode, bytes, path] = line.match(/^file (\d+) (\d+) (.+)$/) ?? [];
    if (path) files.set(path, { path, inode: Number(inode), bytes: Number(bytes) });
    const [, at, of] = line.match(/^position .*\t([0-9a-f]{16})\t([0-9a-f]+)$/i) ?? [];
    if (at && of && BigInt(`0x${at}`) !== UNWATCHED) positions.set(Number.parseInt(of, 16), Number.parseInt(at, 16));
  }
  return { files: [...files.values()], positions };
}

/** Prints, for each side of a position, each chunk and each file of dead letters, the ranges of the run's records in it. */
function recordsScript(
  run: string,
  { buffers, deadLetters }: SurveyPlan,
  files: readonly { path: string; position: number | undefined }[],
): string {
  const within = (paths: string[], kind: string, except = '') =>
    paths.length === 0
      ? ''
      : `for d in ${paths.map((path) => `${path}*`).join(' ')}; do [ -e "$d" ] && find "$d" -type f ! -name '*.meta' ${except}; done | sort -u | while read -r f; do echo "${kind} $f"; ids < "$f"; done`;
  return [
    // Ids that follow one another become one range; one that stands twice in a row (as field and as document id) counts once.
    `ids() { grep -ao '${run}/[a-z0-9.-]*/${'[0-9]'.repeat(SEQ_DIGITS)}' | awk -F/ '
{ n = $3 + 0; if ($2 == s && n == t - 1) next; if ($2 == s && n == t) { t++; next } if (s != "") print s, f, t; s = $2; f = n; t = n + 1 }
END { if (s != "") print s, f, t }'; }`,
    ...files.flatMap(({ path, position = 0 }) => [
      `echo 'before ${path}'; head -c ${position} '${path}' | ids`,
      `echo 'behind ${path}'; tail -c +${position + 1} '${path}' | ids`,
    ]),
    // Dead letters that are still in a buffer are put aside all the same.
    within(
      buffers.filter((path) => !isAside(path, deadLetters)),
      'chunk',
    ),
    within(deadLetters, 'aside'),
    'true',
  ].join('\n');
}

function isAside(path: string, deadLetters: readonly string[]): boolean {
  return deadLetters.some((aside) => path.startsWith(aside));
}

function parseRecords(text: string): { kind: string; path: string; records: RecordRange[] }[] {
  const found: { kind: string; path: string; records: RecordRange[] }[] = [];
  for (const line of text.split('\n')) {
    const [, kind, path] = line.match(/^(before|behind|chunk|aside) (\/.*)$/) ?? [];
    if (kind && path) found.push({ kind, path, records: [] });
    const [, stream, from, to] = line.match(/^([a-z0-9.-]+) (\d+) (\d+)$/) ?? [];
    if (stream) found.at(-1)?.records.push({ stream, from: Number(from), to: Number(to) });
  }
  return found;
}

function plain({ path, records }: HoldingFile): HoldingFile {
  return { path, records };
}
