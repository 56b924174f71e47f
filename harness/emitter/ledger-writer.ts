import { writeSync } from 'node:fs';
import type { LedgerEvent } from '../core/ledger.ts';

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

/** Prints a ledger event on stdout and returns when it is written: an announcement must stand before what it announces. */
export function printEvent(event: LedgerEvent): void {
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // The pipe is full: its reader is slow. Blocks for 1 ms; nothing else may happen before the event stands.
      Atomics.wait(SLEEPER, 0, 0, 1);
    }
  }
}

/** Tells people something on stderr, which is no part of the ledger. */
export function warn(text: string): void {
  process.stderr.write(`emitter: ${text}\n`);
}
