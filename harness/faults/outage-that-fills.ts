import type { DurationLiteral } from '../core/duration.ts';
import { during, type Fault, type FaultContext } from '../core/fault.ts';
import { seen } from './evidence.ts';

/** How fluentd's log says that it cannot take more; the second is this project's own buffer, then what Ruby says. */
const FULL = {
  buffer: /buffer overflow/,
  disk: /the disk is full|No space left on device/,
};

/**
 * The domain answers 503 from `from` until `to`, and then until fluentd says that its buffer, or the disk that it lies on, is full: what has not
 * bitten is not healed. The trace is fluentd's word, or, for a disk, the application's; none, after 20 s more, is none.
 */
export function outageThatFills(what: keyof typeof FULL, from: DurationLiteral, to: DurationLiteral): Fault[] {
  return during(from, to, {
    name: `the domain away until the ${what} is full`,
    needs: ['edge'],
    async begin({ domain }) {
      await domain?.rule([{ answer: { status: 503 } }]);
      return '503 to every request';
    },
    async end(context) {
      const said = await wordOf(FULL[what], context);
      const { count } = (await context.domain?.bites()) ?? { count: 0 };
      await context.domain?.rule([]);
      if (count === 0) return undefined;
      if (said) return `${count} requests refused; fluentd: ${said}`;
      // The application may fill the disk before fluentd writes to it again; its ledger tells of a wait once that is over.
      return async () =>
        what === 'disk' && refused(context) ? `${count} requests refused; the application: ENOSPC` : undefined;
    },
  });
}

function refused({ deployment }: FaultContext): boolean {
  return [...deployment.book.streams.values()].some(({ blocked }) => blocked.some(({ error }) => error === 'ENOSPC'));
}

function wordOf(pattern: RegExp, { deployment, signal }: FaultContext): Promise<string | undefined> {
  const look = () => {
    const value = deployment.fluentdLog().find((line) => pattern.test(line));
    return value === undefined
      ? { met: false as const, saw: deployment.fluentdLog().at(-1) ?? 'nothing' }
      : { met: true as const, value };
  };
  return seen(`fluentd to say ${pattern.source}`, look, signal);
}
