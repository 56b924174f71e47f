import { z } from 'zod';
import { type RecordIdentity, recordId } from '../core/record.ts';
import { REFUSALS } from './answers.ts';

const seqs = z.object({
  seqs: z
    .array(z.object({ stream: z.string().default('*'), from: z.number().int().min(0), to: z.number().int().min(0) }))
    .min(1),
});
const share = z.object({ share: z.number().min(0).max(1), seed: z.number().int().default(0) });
const every = z.object({ every: z.number().int().min(1), offset: z.number().int().min(0).default(0) });

/** Which records: given ranges of seqs, a share of all (by a hash of the id), or every n-th. */
const select = z.union([seqs, share, every]);
export type Select = z.infer<typeof select>;

const when = z.strictObject({
  /** Found in the path. */
  path: z.string().default('_bulk'),
  method: z.string().optional(),
  /** Window, ms since the rule came into force. */
  fromMs: z.number().min(0).default(0),
  untilMs: z.number().min(0).default(Number.MAX_SAFE_INTEGER),
  /** Of the requests that match so far: leave out this many, then take at most this many. */
  after: z.number().int().min(0).default(0),
  first: z.number().int().min(1).default(Number.MAX_SAFE_INTEGER),
  /** Share of requests. */
  share: z.number().min(0).max(1).default(1),
});

const answer = z.union([
  z.strictObject({
    status: z.number().int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** A refusal by its name, where a status has several. */
  z.strictObject({ refusal: z.enum(REFUSALS) }),
  /** Items refused one by one, in the engine's words for the status unless a type is given. */
  z.strictObject({
    items: z.intersection(select, z.object({ status: z.number().int().min(400), type: z.string().optional() })),
  }),
  z.strictObject({ drop: select }),
  z.strictObject({ repeat: z.intersection(select, z.object({ times: z.number().int().min(1).default(1) })) }),
  z.strictObject({ corrupt: select }),
  z.strictObject({ delayMs: z.number().min(0) }),
  z.strictObject({ bytesPerSecond: z.number().min(1) }),
  /** Bodies of requests, as they are sent: what is over it waits in order of arrival, or is refused. */
  z.strictObject({
    limit: z.strictObject({
      bytesPerSecond: z.number().min(1),
      answer: z.union([z.literal('delay'), z.literal(429)]).default('delay'),
    }),
  }),
  /** The edge's clock, ahead of the sender's (behind, where negative): the signature check does the rest. */
  z.strictObject({ clockAheadMs: z.number() }),
  /** Connections to the TLS port break off before there is any encryption; path and method do not count. */
  z.strictObject({ breakHandshake: z.literal(true) }),
  z.strictObject({ hang: z.literal(true) }),
  z.strictObject({ reset: z.literal(true) }),
  z.strictObject({ truncate: z.literal(true) }),
]);

/** One decision of the edge, as data: for which requests, what answer. */
export const rule = z.strictObject({ when: when.prefault({}), answer });
export type Rule = z.infer<typeof rule>;
export type RuleInput = z.input<typeof rule>;

/** Whether a record is among the selected; the same for every try, so that a record has one fate. */
export function selects(selection: Select, identity: RecordIdentity): boolean {
  if ('seqs' in selection) {
    return selection.seqs.some(
      ({ stream, from, to }) =>
        (stream === '*' || stream === identity.stream) && identity.seq >= from && identity.seq < to,
    );
  }
  if ('every' in selection) return identity.seq % selection.every === selection.offset % selection.every;
  return hash(recordId(identity), selection.seed) < selection.share;
}

/** 0…1 */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0;
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}
