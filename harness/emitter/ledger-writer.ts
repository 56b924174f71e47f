import { writeSync } from 'node:fs';
import type { LedgerEvent } from '../core/ledger.ts';

/** Prints ledger events on stdout, each written before this returns: an announcement must stand before what it announces. */
export function printEvent(event: LedgerEvent): void {
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      // A pipe whose reader is slow: there is nothing to do but to try again.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
