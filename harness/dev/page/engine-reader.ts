import { Rates } from '../../telemetry/rates.ts';
import { askEngine } from './engine.ts';
import type { EngineFigures } from './messages.ts';

/** Reads how many documents a search finds, and how new the newest is. */
export class EngineReader {
  readonly #url: () => string;
  readonly #rates = new Rates();

  constructor(url: () => string) {
    this.#url = url;
  }

  /** `writtenAt`: when the newest line of the file was written, ms since the epoch. */
  async read(writtenAt: number | undefined, signal?: AbortSignal): Promise<EngineFigures> {
    const [{ count }, newest] = await Promise.all([
      askEngine<{ count: number }>(this.#url(), '_count', {}, signal),
      askEngine<{ hits: { hits: { sort: [number] }[] } }>(this.#url(), '_search', NEWEST, signal),
    ]);
    const searchablePerSecond = this.#rates.perSecond('documents', count, performance.now());
    const newestAt = newest.hits.hits[0]?.sort[0];
    return {
      documents: count,
      ...(searchablePerSecond === undefined ? {} : { searchablePerSecond }),
      ...(newestAt === undefined ? {} : { newestAt }),
      ...(newestAt === undefined || writtenAt === undefined ? {} : { lagMs: Math.max(0, writtenAt - newestAt) }),
    };
  }
}

/** Documents with a time that is still to come would hide those that are late. */
const NEWEST = {
  size: 1,
  _source: false,
  track_total_hits: false,
  query: { range: { '@timestamp': { lte: 'now' } } },
  sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
};
