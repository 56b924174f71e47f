import type { LedgerEvent } from '../../core/ledger.ts';
import { RUN, streamName } from './line.ts';
import type { Plan } from './plan.ts';

/** What the emitters of a plan print: one after another, or line by line in turn. A process with records in doubt dies without a last word. */
export function ledgerOf({ streams, shuffleSeed }: Plan): LedgerEvent[] {
  const each = streams.map(({ accepted, inDoubt, format, payloadLength, steps }, n): LedgerEvent[] => {
    const stream = streamName(n);
    const events: LedgerEvent[] = [
      { ledger: 'stream', run: RUN, stream, file: '/app/log/app.log', format, payloadLength, at: 0 },
      { ledger: 'pace', stream, from: 0, at: 0, perSecond: 0 },
    ];
    for (let step = 1; step <= steps + 1; step++) {
      const to = Math.floor((accepted * step) / (steps + 1));
      events.push({ ledger: 'intended', stream, to }, { ledger: 'accepted', stream, to, at: step });
    }
    if (inDoubt > 0) events.push({ ledger: 'intended', stream, to: accepted + inDoubt });
    else if (steps > 1) events.push({ ledger: 'end', stream, to: accepted, reason: 'SIGTERM', lateMs: 0, at: 9 });
    return events;
  });
  if (shuffleSeed % 2 === 0) return each.flat();
  const longest = Math.max(...each.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => each.flatMap((events) => events[i] ?? [])).flat();
}
