import { Client } from '@opensearch-project/opensearch';
import { until } from '../../core/condition.ts';
import type { EngineControl } from '../../core/target.ts';
import { patiently } from '../../sinks/patience.ts';
import { restartContainer } from '../../tools/containers.ts';
import { type Bulks, footprintOf, timeBulks } from './service-time.ts';

const CONFLICT = 'efk-sidecar-harness-conflict';

/** The engine in its container. */
export class ContainedEngine implements EngineControl {
  readonly #container: string;
  readonly #url: string;

  constructor(container: string, url: string) {
    this.#container = container;
    this.#url = url;
  }

  async restart(): Promise<string> {
    const started = performance.now();
    await restartContainer(this.#container);
    await until(
      {
        name: 'the engine to answer after its restart',
        look: async () => {
          const health = await fetch(`${this.#url}/_cluster/health?wait_for_status=yellow&timeout=1s`).then(
            (response) => response.status,
            (error: Error) => error.message,
          );
          return health === 200 ? { met: true, value: undefined } : { met: false, saw: String(health) };
        },
      },
      { withinMs: 120_000, everyMs: 300 },
    );
    return `the engine was restarted and answered again after ${((performance.now() - started) / 1000).toFixed(1)}s`;
  }

  async blockWrites(run: string, blocked: boolean): Promise<string[]> {
    const client = new Client({ node: this.#url });
    try {
      const indices = await this.#indicesOf(client, run);
      if (indices.length > 0)
        await client.indices.putSettings({ index: indices.join(','), body: { 'index.blocks.write': blocked } });
      return indices;
    } finally {
      await client.close();
    }
  }

  async conflictMapping(on: boolean): Promise<void> {
    const client = new Client({ node: this.#url });
    try {
      if (on) {
        const mappings = { properties: { message: { type: 'long' as const } } };
        // Legacy templates: what Elasticsearch 7 and OpenSearch both take.
        await client.indices.putTemplate({ name: CONFLICT, body: { index_patterns: ['*'], order: 100, mappings } });
      } else {
        await client.indices.deleteTemplate({ name: CONFLICT }, { ignore: [404] });
        const { body } = await client.indices.getMapping({ index: '*,-.*' });
        const shaped = Object.entries(body).filter(([, one]) => one.mappings?.properties?.['message']?.type === 'long');
        if (shaped.length > 0) await client.indices.delete({ index: shaped.map(([name]) => name).join(',') });
      }
    } finally {
      await client.close();
    }
  }

  bulkTimes(bulks: Bulks): Promise<number> {
    return timeBulks(this.#url, bulks);
  }

  footprint(): Promise<{ documents: number; bytes: number }> {
    return footprintOf(this.#url);
  }

  async #indicesOf(client: Client, run: string): Promise<string[]> {
    const { body } = await patiently(() =>
      client.search({
        index: '*,-.*',
        body: {
          size: 0,
          query: { multi_match: { query: run, fields: ['*'], lenient: true } },
          aggs: { at: { terms: { field: '_index' } } },
        } as never,
      }),
    );
    const { buckets = [] } = (body.aggregations?.['at'] ?? {}) as { buckets?: { key: string }[] };
    return buckets.map(({ key }) => key);
  }
}
