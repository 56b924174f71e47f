import { Client, type ClientOptions } from '@opensearch-project/opensearch';
import type { Document, Sink } from '../core/target.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { noRoomAtTheDoor, patiently } from './patience.ts';

/** Documents a page; the largest that engines hand out unless told otherwise (index.max_result_window). */
const PAGE = 10_000;
/** Every index but the engine's own. */
const INDICES = '*,-.*';

/** What telemetry wants of `_nodes/stats`. */
const NODE_STATS = {
  metric: 'thread_pool,process,jvm,indices',
  filterPath: [
    'nodes.*.timestamp',
    'nodes.*.process.timestamp',
    'nodes.*.process.cpu.total_in_millis',
    'nodes.*.jvm.mem.heap_*',
    'nodes.*.thread_pool.write',
    'nodes.*.indices.refresh.total_time_in_millis',
    'nodes.*.indices.merges.total_time_in_millis',
  ].join(','),
} as const;

export interface EngineOptions {
  /** Readers side by side; 2 unless told. */
  slices?: number;
  /** How requests are signed; not at all unless told. */
  signer?: Pick<ClientOptions, 'Connection' | 'Transport'>;
  /** The indices that a run's documents lie in; every index but the engine's own unless told. */
  indicesOf?: (run: string) => string;
}

/** An OpenSearch or Elasticsearch as a Sink: sliced scroll serves every version of both. */
export class SearchEngineSink implements Sink {
  readonly client: Client;
  readonly #slices: number;
  readonly #indicesOf: (run: string) => string;

  constructor(node: string, { slices = 2, signer = {}, indicesOf = () => INDICES }: EngineOptions = {}) {
    // A record may have any key. The client's guard against "__proto__" refuses the whole page, and searches each of them for such keys.
    const guard = { disablePrototypePoisoningProtection: true };
    this.client = new Client({ ...signer, node, requestTimeout: 60_000, maxRetries: 3, ...guard });
    this.#slices = slices;
    this.#indicesOf = indicesOf;
  }

  /** `{ name: 'opensearch', version: '2.19.5' }` */
  async describe(): Promise<{ name: string; version: string }> {
    const { body } = await this.client.info();
    const version = body.version as { number: string; distribution?: string };
    return { name: version.distribution ?? 'elasticsearch', version: version.number };
  }

  async count(run: string): Promise<number> {
    await this.#refresh(run);
    return this.searchable(run);
  }

  async searchable(run: string): Promise<number> {
    const { body } = await patiently(() =>
      this.client.count({ index: this.#indicesOf(run), body: { query: byRun(run) } }),
    );
    return body.count;
  }

  async nodeStats(): Promise<unknown> {
    const { metric, filterPath } = NODE_STATS;
    const querystring = { filter_path: filterPath };
    const { body } = await this.client.transport.request(
      { method: 'GET', path: `/_nodes/stats/${metric}`, querystring },
      { requestTimeout: 5000, maxRetries: 0 },
    );
    return body;
  }

  /** Throws an {@link EnvironmentError} unless every document was handed out, by the engine's own count. */
  async read(run: string, take: (page: Document[]) => void): Promise<void> {
    try {
      await this.#refresh(run);
      await settled(Array.from({ length: this.#slices }, (_, id) => this.#readSlice(run, id, take)));
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new EnvironmentError(`the engine failed while the records were read back: ${why}`, { cause: error });
    }
  }

  async clear(): Promise<void> {
    const { body } = await this.client.cat.indices({ index: INDICES, format: 'json', expand_wildcards: 'all' });
    const names = (body as { index?: string }[]).flatMap(({ index }) => index ?? []);
    if (names.length > 0) await this.client.indices.delete({ index: names.join(','), ignore_unavailable: true });
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  async #refresh(run: string): Promise<void> {
    const { body } = await patiently(() =>
      this.client.indices.refresh({ index: this.#indicesOf(run), ignore_unavailable: true }),
    );
    assertWhole(body);
  }

  async #readSlice(run: string, id: number, take: (page: Document[]) => void): Promise<void> {
    const slice = this.#slices > 1 ? { slice: { id, max: this.#slices } } : {};
    // The first page may be asked for again: nothing of it was taken.
    let { body } = await patiently(() =>
      this.client.search({
        index: this.#indicesOf(run),
        scroll: '1m',
        body: { size: PAGE, sort: ['_doc'], query: byRun(run), track_total_hits: true, ...slice },
      }),
    );
    assertWhole(body);
    const total = totalOf(body.hits);
    const scrolls = new Set<string | undefined>([body._scroll_id]);
    let taken = 0;
    try {
      while (body.hits.hits.length > 0) {
        taken += body.hits.hits.length;
        take(
          body.hits.hits.map((hit) => ({
            index: hit._index!,
            id: hit._id!,
            source: (hit._source ?? {}) as Record<string, unknown>,
          })),
        );
        // Asked once: an answer that was lost on its way has moved the scroll on, and asked again it hands out the page after.
        const asked = { scroll_id: body._scroll_id!, scroll: '1m' };
        ({ body } = (await patiently(() => this.client.scroll({ body: asked }, { maxRetries: 0 }), {
          again: noRoomAtTheDoor,
        })) as never);
        assertWhole(body);
        scrolls.add(body._scroll_id);
      }
    } finally {
      // Where there is no index yet, Elasticsearch opens no scroll. One that cannot be closed ends by itself, after its minute.
      const open = [...scrolls].filter((one) => one !== undefined);
      if (open.length > 0)
        await this.client.clearScroll({ body: { scroll_id: open } }, { maxRetries: 0 }).catch(() => {});
    }
    if (taken !== total)
      throw new EnvironmentError(
        `the engine handed out ${taken} of the ${total} documents that it counted: the read is not whole`,
      );
  }
}

/** Waits for all, also when one fails, so that nothing is read behind our back; then throws the first failure. */
async function settled(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Hits of a search in all; engines before version 7 give a plain number. */
function totalOf({ total }: { total?: number | { value: number } }): number {
  return typeof total === 'number' ? total : (total?.value ?? 0);
}

/** An answer that left shards out would look like loss. */
function assertWhole(body: { timed_out?: boolean; _shards?: { failed?: number; total?: number } }): void {
  const { timed_out, _shards } = body;
  if (timed_out || (_shards?.failed ?? 0) > 0) {
    throw new EnvironmentError(
      `the engine answered in part only: ${_shards?.failed} of ${_shards?.total} shards failed, timed out: ${timed_out ?? false}`,
    );
  }
}

/** The run's id is one token of every record's id, in whichever field a pipeline put it. */
function byRun(run: string) {
  return { multi_match: { query: run, fields: ['*'], lenient: true } };
}
