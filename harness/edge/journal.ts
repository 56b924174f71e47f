import type { RecordIdentity } from '../core/record.ts';

/** Seqs [from, to) of a stream that came in one request with one outcome. */
export interface JournalEntry {
  run: string;
  stream: string;
  from: number;
  to: number;
  /** When the domain answered, ms since the epoch. */
  at: number;
  /** The item's own status, or the request's. */
  status: number;
}

/** What arrived, in order: about one entry a request and stream. */
export class Journal {
  readonly #entries: JournalEntry[] = [];

  /** Takes the outcome of one request's items. */
  note(items: readonly { identity: RecordIdentity | undefined; status: number }[], at: number): void {
    let open: JournalEntry | undefined;
    for (const { identity, status } of items) {
      if (!identity) continue;
      const { run, stream, seq } = identity;
      if (open && open.stream === stream && open.run === run && open.status === status && open.to === seq) open.to++;
      else {
        open = { run, stream, from: seq, to: seq + 1, at, status };
        this.#entries.push(open);
      }
    }
  }

  of(run: string): JournalEntry[] {
    return this.#entries.filter((entry) => entry.run === run);
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
