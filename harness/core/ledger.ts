import { z } from 'zod';

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
    payloadLength: z.number().int().positive(),
    at: z.number(),
  }),
  /** From seq `from` on, records are due at `at + (seq - from) / perSecond`; `perSecond` 0: all at `at`. */
  z.object({
    ledger: z.literal('pace'),
    stream: z.string(),
    from: z.number().int().nonnegative(),
    at: z.number(),
    perSecond: z.number().nonnegative(),
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
export type LedgerEvent = z.infer<typeof ledgerEvent>;
