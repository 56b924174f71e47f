import { LedgerBook } from '../../core/ledger-book.ts';
import { takeLedgerLine } from './ledger-lines.ts';
import type { LogEars, LogSource } from './pod-logs.ts';

/** Reads the ledger out of what the application's containers print, and knows which streams went with a container. */
export class LedgerReader implements LogEars {
  readonly book = new LedgerBook();
  readonly #application: string;
  /** By pod: the streams of its application, of all its lives. */
  readonly #byPod = new Map<string, Set<string>>();
  readonly #byLife = new Map<string, Set<string>>();

  constructor(application: string) {
    this.#application = application;
  }

  line(source: LogSource, line: string): void {
    if (source.container !== this.#application) return;
    const event = takeLedgerLine(line, this.book);
    if (event?.ledger !== 'stream') return;
    for (const [streams, key] of [
      [this.#byPod, source.pod],
      [this.#byLife, source.id],
    ] as const)
      streams.set(key, (streams.get(key) ?? new Set()).add(event.stream));
  }

  /** The container is gone: streams that it did not close were cut off. */
  end({ id }: LogSource): void {
    for (const stream of this.#byLife.get(id) ?? []) this.book.died(stream);
  }

  /** How many loads (and last bursts) the application of a pod has begun. */
  loadsBegun(pod: string): number {
    return [...(this.#byPod.get(pod) ?? [])].reduce(
      (sum, stream) => sum + (this.book.streams.get(stream)?.paces.length ?? 0),
      0,
    );
  }
}
