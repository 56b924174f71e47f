import { payloadLengthFor, recordId, recordLine } from '../../harness/core/record.ts';

/** Stream of every line that a benchmark writes; its run tells one measurement from another. */
export const STREAM = 'bench.0.0';
/** Bytes of a line, newline included, unless a figure says otherwise: the mean of lines in published tests of log collectors lies near it. */
export const LINE_BYTES = 218;

/** The line of a record at a time, without its newline. */
function lineOf(run: string, seq: number, lineBytes: number, at: number): string {
  const length = payloadLengthFor('json', run, STREAM, lineBytes);
  // Eight lines share a millisecond, as at 8,000 lines a second.
  return recordLine('json', { run, stream: STREAM, seq }, new Date(at + Math.floor(seq / 8)).toISOString(), length);
}

/** Log lines of records [from, to) as an application writes them, newlines included. */
export function logOf(run: string, from: number, to: number, lineBytes = LINE_BYTES): Buffer {
  const lines = [];
  for (let seq = from; seq < to; seq++) lines.push(`${lineOf(run, seq, lineBytes, AT)}\n`);
  return Buffer.from(lines.join(''));
}

/** The bulk body that the delivered sidecar makes of records [from, to), into an index of the run's own. */
export function bulkOf(run: string, from: number, to: number, lineBytes = LINE_BYTES): Buffer {
  const items = [];
  for (let seq = from; seq < to; seq++) {
    const id = recordId({ run, stream: STREAM, seq });
    const { time, ...fields } = JSON.parse(lineOf(run, seq, lineBytes, AT));
    const document = { time, ...fields, '@timestamp': time.replace('Z', '+00:00'), '@log_name': 'docswave.applog' };
    items.push(`{"create":{"_index":"bench-${run}","_id":"${id}"}}\n${JSON.stringify(document)}\n`);
  }
  return Buffer.from(items.join(''));
}

/** Noon of the day on which this was written: lines of every run sort into one index. */
const AT = Date.UTC(2026, 10, 25, 12);
