import { payloadOf, type RecordFormat } from '../../core/record.ts';
import type { StreamPlan } from './plan.ts';

export const RUN = 'r00attack1';
const TIME = '2026-11-24T12:34:56.789Z';

/** A line as its emitter wrote it, in parts: written out here once more, so that the verifier is not its own witness. */
export interface Line {
  id: string;
  payload: string;
  format: RecordFormat;
}

/** What a document of the engine is, and what the planter knows of it. */
export interface Planted {
  /** The document's content. */
  source: Record<string, unknown>;
  /** The record id that can be read in it first; undefined where none can. */
  claims: string | undefined;
  /** Whether its text is what its record's emitter wrote. */
  intact: boolean;
  late: boolean;
}

/** How a pipeline may hand on a line: taken apart, or whole in one field, at any depth. */
export type Shape = 'parsed' | 'nested' | 'whole' | 'with newline' | 'without time' | 'id and payload';

export function streamName(stream: number): string {
  return `pod-${'abc'[stream]}.b${stream}.0`;
}

export function idOf(stream: string, seq: number, run = RUN): string {
  return `${run}/${stream}/${`00000000${seq}`.slice(-9)}`;
}

export function lineOf(stream: string, seq: number, { format, payloadLength }: StreamPlan): Line {
  return { id: idOf(stream, seq), payload: payloadOf(stream, seq, payloadLength), format };
}

/** The text of a line, without newline. */
export function textOf({ id, payload, format }: Line): string {
  return format === 'json'
    ? `{"time":"${TIME}","level":"info","id":"${id}","message":"${payload}"}`
    : `${TIME} INFO ${id} ${payload}`;
}

/** The document that a pipeline makes of a line. */
export function documentOf(line: Line, shape: Shape): Record<string, unknown> {
  const { id, payload, format } = line;
  const text = format === 'text';
  switch (shape) {
    case 'parsed':
      return { '@timestamp': TIME, level: 'info', id, message: payload, count: 1, none: null };
    case 'nested':
      return { kubernetes: { pod: 'pod-a' }, log: { fields: [{ id }, { message: payload }] } };
    case 'whole':
      return { '@log_name': 'docswave.applog', message: textOf(line) };
    case 'with newline':
      return { log: `${textOf(line)}\n` };
    case 'without time':
      return text ? { time: TIME, message: `INFO ${id} ${payload}` } : { message: textOf(line) };
    case 'id and payload':
      return text ? { time: TIME, level: 'INFO', message: `${id} ${payload}` } : { id, message: payload };
  }
}
