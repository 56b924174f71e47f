import type { DocumentComplaints, FieldValue } from '../core/facts.ts';
import { Reconciler, type Reconciliation, type RecordRange } from '../core/reconciliation.ts';
import { type RecordIdentity, recordId } from '../core/record.ts';
import type { DocumentCheck } from '../core/scenario.ts';
import { SeqSet } from '../core/seq-set.ts';
import type { Deployment, Document, Sink } from '../core/target.ts';

/** What the documents of a run amount to. */
export interface ReadBack {
  reconciliation: Reconciliation;
  field: FieldValue[];
  complaints: DocumentComplaints;
  documents: number;
  tookMs: number;
}

/** What is looked at in every document, beside the record in it. */
export interface Inspection {
  /** A field whose values are told apart; `_index`: the index. */
  inspect?: string | undefined;
  checks?: readonly DocumentCheck[] | undefined;
}

/** Complaints that are kept word for word. */
const SAMPLES = 20;

/** Reads every document of a run once and sets it against the ledger. Memory: about two bits a record, and one page. */
export async function readBack(
  deployment: Pick<Deployment, 'book' | 'run'>,
  sink: Sink,
  { inspect, checks = [] }: Inspection = {},
): Promise<ReadBack> {
  const started = performance.now();
  const { book } = deployment;
  const reconciler = new Reconciler(book);
  const field = new FieldIndex();
  const complaints: DocumentComplaints = { count: 0, samples: [] };
  let documents = 0;
  await sink.read(deployment.run, (page) => {
    documents += page.length;
    for (const document of page) {
      const identity = reconciler.deliver(textsOf(document));
      if (!identity) continue;
      if (inspect) field.add(String(inspect === '_index' ? document.index : document.source[inspect]), identity);
      const said = checks.flatMap((check) => check(document, identity, book.streams.get(identity.stream)!) ?? []);
      if (said.length === 0) continue;
      complaints.count++;
      if (complaints.samples.length < SAMPLES) complaints.samples.push(`${recordId(identity)}: ${said.join(', ')}`);
    }
  });
  const tookMs = performance.now() - started;
  return { reconciliation: reconciler.result(), field: field.values(), complaints, documents, tookMs };
}

/** Every text of a document, at any depth. */
export function textsOf({ source }: Pick<Document, 'source'>): string[] {
  const texts: string[] = [];
  collect(source, texts);
  return texts;
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) collect(inner, into);
}

class FieldIndex {
  readonly #byValue = new Map<string, Map<string, SeqSet>>();

  add(value: string, { stream, seq }: RecordIdentity): void {
    const streams = this.#byValue.get(value) ?? new Map<string, SeqSet>();
    this.#byValue.set(value, streams);
    const seqs = streams.get(stream) ?? new SeqSet();
    streams.set(stream, seqs);
    seqs.add(seq);
  }

  values(): FieldValue[] {
    return Array.from(this.#byValue, ([value, streams]) => ({
      value,
      records: Array.from(streams).flatMap(([stream, seqs]) => rangesOf(stream, seqs)),
    }));
  }
}

function rangesOf(stream: string, seqs: SeqSet): RecordRange[] {
  return seqs.ranges(true, 0, seqs.end).map(({ from, to }) => ({ stream, from, to }));
}
