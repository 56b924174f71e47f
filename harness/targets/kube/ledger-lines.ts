import { type LedgerEvent, ledgerEvent } from '../../core/ledger.ts';
import type { LedgerBook } from '../../core/ledger-book.ts';

/** Takes a line of the application's stdout into the book, if it is of the ledger, and returns its event; one that is broken becomes a complaint. */
export function takeLedgerLine(line: string, book: LedgerBook): LedgerEvent | undefined {
  if (!line.startsWith('{"ledger"')) return undefined;
  const event = ledgerEvent.safeParse(parseJson(line));
  if (event.success) book.add(event.data);
  else book.complaints.push(`a ledger line that is none: ${line.slice(0, 200)}`);
  return event.data;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
