import { z } from 'zod';
import { TEXT_KINDS } from './texts.ts';

/**
 * What an emitter prints on stdout, one JSON object a line. `to` is exclusive: seqs below it. Times are milliseconds since
 * the epoch. `intended` comes before the write, `accepted` after the operating system took it.
 */
export const ledgerEvent = z.discriminatedUnion('ledger', [
  z.object({
    ledger: z.literal('stream'),
    run: z.string(),
    stream: z.string(),
    file: z.string(),
    format: z.enum(['json', 'text']),
    /** What the payload is made of, and its length in bytes of UTF-8. */
    text: z.enum(TEXT_KINDS).default('ascii'),
    payloadLength: z.number().int().positive(),
    at: z.number(),
  }),
  /**
   * From seq `from` on, records are due at `at + (seq - from) / perSecond`; `perSecond` 0: all at `at`. Their lines say a time that is `shiftMs`
   * later: the application's clock. A load in stages says one for each when it begins; `stage` 0 begins a load.
   */
  z.object({
    ledger: z.literal('pace'),
    stream: z.string(),
    from: z.number().int().nonnegative(),
    at: z.number(),
    perSecond: z.number().nonnegative(),
    shiftMs: z.number().int().default(0),
    stage: z.number().int().nonnegative().default(0),
  }),
  z.object({ ledger: z.literal('intended'), stream: z.string(), to: z.number().int().nonnegative() }),
  z.object({
    ledger: z.literal('accepted'),
    stream: z.string(),
    to: z.number().int().nonnegative(),
    at: z.number(),
  }),
  z.object({
    ledger: z.literal('rotated'),
    stream: z.string(),
    how: z.string(),
    seq: z.number().int().nonnegative(),
    at: z.number(),
  }),
  /** The application could not write from `from` to `to`; `error` is the operating system's word for it. */
  z.object({
    ledger: z.literal('blocked'),
    stream: z.string(),
    from: z.number(),
    to: z.number(),
    error: z.string(),
  }),
  /** One load is written; the process stays. `lateMs`: the longest that a record of it was written after it was due. */
  z.object({
    ledger: z.literal('done'),
    stream: z.string(),
    to: z.number().int().nonnegative(),
    lateMs: z.number().nonnegative(),
    at: z.number(),
  }),
  /** The process is done with this stream for ever. `lateMs`: the longest a record was written after it was due. */
  z.object({
    ledger: z.literal('end'),
    stream: z.string(),
    to: z.number().int().nonnegative(),
    reason: z.enum(['done', 'SIGTERM', 'error']),
    lateMs: z.number().nonnegative(),
    at: z.number(),
    error: z.string().optional(),
  }),
]);
/** An event as it is written: what has a default may be left out. */
export type LedgerEvent = z.input<typeof ledgerEvent>;
