import fc from 'fast-check';
import type { RecordFormat } from '../../core/record.ts';

/** Each kind of defect that a pipeline, an edge or a ledger can show, by the name that a failing run prints. */
export const KINDS = [
  'lost head',
  'lost middle',
  'lost tail',
  'lost whole',
  'copied',
  'payload bent',
  'payload cut',
  'payload of another',
  'id of another record',
  'id of another stream',
  'id beyond intended',
  'id of another run',
  'id broken',
  'line torn',
  'id grown',
  'lines merged',
  'documents merged',
  'line merged with itself',
  'torn head merged',
  'stranger of another run',
  'stranger of another stream',
  'stranger beyond intended',
  'stranger without id',
] as const;
export type Kind = (typeof KINDS)[number];

/** One defect. What the numbers mean is its kind's business; each is taken modulo what there is. */
export interface Defect {
  kind: Kind;
  stream: number;
  at: number;
  size: number;
}

/** One emitter process writing one file. */
export interface StreamPlan {
  accepted: number;
  /** Announced beyond `accepted` by a process that then died. */
  inDoubt: number;
  /** Which of those in doubt are there: one bit each, from the lowest. */
  doubtBits: number;
  format: RecordFormat;
  /** Characters of payload. */
  payloadLength: number;
  /** Ledger lines between the first and the last. */
  steps: number;
}

/** A run of the pipeline: what was written, what became of it, in which order and how late it came. */
export interface Plan {
  streams: StreamPlan[];
  defects: Defect[];
  /** 0: in order. */
  shuffleSeed: number;
  /** One in this many documents comes late; 0: none. */
  lateOneIn: number;
  /** Documents a page of the read. */
  page: number;
}

// Around the words of a bit set, where ends are easily off by one.
const size = fc.oneof(fc.nat(12), fc.integer({ min: 28, max: 36 }), fc.integer({ min: 60, max: 68 }), fc.nat(160));

const stream: fc.Arbitrary<StreamPlan> = fc.record({
  accepted: size,
  inDoubt: fc.oneof(fc.constant(0), fc.nat(8), fc.integer({ min: 28, max: 31 })),
  doubtBits: fc.nat(),
  format: fc.constantFrom('json', 'text'),
  payloadLength: fc.integer({ min: 24, max: 90 }),
  steps: fc.nat(4),
});

const defect: fc.Arbitrary<Defect> = fc.record({
  kind: fc.constantFrom(...KINDS),
  stream: fc.nat(2),
  at: fc.nat(400),
  size: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 70 })),
});

/** Random runs. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  streams: fc.array(stream, { minLength: 1, maxLength: 3 }),
  defects: fc.array(defect, { maxLength: 7 }),
  shuffleSeed: fc.oneof(fc.constant(0), fc.nat()),
  lateOneIn: fc.oneof(fc.constant(0), fc.nat(9)),
  page: fc.integer({ min: 1, max: 50 }),
});
