import { Client } from '@opensearch-project/opensearch';
import { payloadOf, recordId } from '../../core/record.ts';
import { EnvironmentError } from '../../core/trouble.ts';

const INDEX = 'efk-sidecar-harness-service-time';

/** Bulks to be timed: how many lines in each and how long a line, how many bulks, and how many of them are under way at once. */
export interface Bulks {
  lines: number;
  bytesPerLine: number;
  bulks: number;
  atOnce: number;
}

/**
 * Sends bulks like a sidecar's straight to the engine, into an index that is removed afterwards, and returns how long all of them took, ms: the time
 * of the domain alone, without edge and fluentd. The first bulk of each connection is not timed.
 */
export async function timeBulks(url: string, { lines, bytesPerLine, bulks, atOnce }: Bulks): Promise<number> {
  const client = new Client({ node: url, maxRetries: 0, requestTimeout: 60_000 });
  let next = 0;
  const send = async () => {
    const { body } = await client.bulk({ index: INDEX, body: bodyOf(next++ * lines, lines, bytesPerLine) as never });
    if (body.errors) throw new EnvironmentError('the engine refused documents of a bulk that was to be timed');
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, send));
    const started = performance.now();
    let left = bulks;
    const worker = async () => {
      while (left-- > 0) await send();
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return performance.now() - started;
  } finally {
    await client.indices.delete({ index: INDEX, ignore_unavailable: true }).catch(() => {});
    await client.close();
  }
}

function bodyOf(from: number, lines: number, bytesPerLine: number): string {
  const stream = 'service-time.0.1';
  const payload = payloadOf(stream, 0, Math.max(2, bytesPerLine - 110));
  const parts: string[] = [];
  for (let seq = from; seq < from + lines; seq++) {
    const id = recordId({ run: 'servicetime', stream, seq });
    const time = new Date(1.7e12 + seq).toISOString();
    parts.push(
      `{"create":{"_id":"${id}"}}\n{"level":"info","id":"${id}","message":"${payload}","@timestamp":"${time}","@log_name":"docswave.applog"}\n`,
    );
  }
  return parts.join('');
}

/** Documents of every index that a pipeline made, and the bytes that they take on the engine's disk, replicas apart. */
export async function footprintOf(url: string): Promise<{ documents: number; bytes: number }> {
  const client = new Client({ node: url });
  try {
    const { body } = await client.indices.stats({ index: '*,-.*', metric: ['docs', 'store'] as never });
    const { docs, store } = body._all.primaries ?? {};
    return { documents: docs?.count ?? 0, bytes: Number(store?.size_in_bytes ?? 0) };
  } finally {
    await client.close();
  }
}
