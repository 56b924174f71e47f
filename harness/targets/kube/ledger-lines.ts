import { ledgerEvent } from '../../core/ledger.ts';
import type { LedgerBook } from '../../core/ledger-book.ts';

/** Takes a line of the application's stdout into the book, if it is of the ledger; one that is broken becomes a complaint. */
export function takeLedgerLine(line: string, book: LedgerBook): void {
  if (!line.startsWith('{"ledger"')) return;
  const event = ledgerEvent.safeParse(parseJson(line));
  if (event.success) book.add(event.data);
  else book.complaints.push(`a ledger line that is none: ${line.slice(0, 200)}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
