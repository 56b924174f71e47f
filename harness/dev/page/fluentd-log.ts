import { pause } from '../../core/condition.ts';
import type { DevStack } from '../stack.ts';
import type { FluentdMessage } from './messages.ts';

/** Lines that are kept. */
const KEPT = 500;
/** Lines to begin with, and after fluentd was started anew. */
const TAIL = 200;
/** Before a log that ended is followed again, ms. */
const AGAIN_MS = 1000;

/** fluentd's own log, followed through restarts. */
export class FluentdLog {
  readonly #kept: FluentdMessage[] = [];
  #count = 0;

  /** Follows the log until the signal aborts; where it ends or can't be had, it is asked for again. */
  async follow(stack: Pick<DevStack, 'logs'>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A log that is followed anew begins with lines that are known already; each has its own time.
      const known = new Set(this.#kept.map(({ text }) => text));
      const take = (line: string) => {
        if (line !== '' && !known.has(line)) this.#add(line);
      };
      await stack.logs('fluentd', { tail: TAIL, follow: true, signal }, take).catch(() => {});
      await pause(AGAIN_MS, signal).catch(() => {});
    }
  }

  /** Lines from number `after` on, oldest first. */
  since(after: number): FluentdMessage[] {
    return this.#kept.filter(({ n }) => n > after);
  }

  /** The lines that are kept, oldest first. */
  get texts(): string[] {
    return this.#kept.map(({ text }) => text);
  }

  #add(text: string): void {
    this.#kept.push({ n: ++this.#count, level: levelOf(text), text });
    if (this.#kept.length > KEPT) this.#kept.shift();
  }
}

/** The level of `2026-11-25 12:00:00 +0000 [warn]: #0 …`; `none` for what others say. */
export function levelOf(text: string): FluentdMessage['level'] {
  const [, level] = text.match(/^\d{4}-\d\d-\d\d \S+ (?:\S+ )?\[(trace|debug|info|warn|error|fatal)\]: /) ?? [];
  return (level as FluentdMessage['level'] | undefined) ?? 'none';
}
