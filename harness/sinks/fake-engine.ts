import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the engine: its own, or one that a test puts in its place. */
export type Mishap =
  | 'none'
  /** The connection breaks after the engine has moved its scroll on. */
  | 'answer lost'
  /** The connection breaks, and so does every one after it. */
  | 'dies'
  /** Some shards are not there, and what they hold is left out. */
  | 'shards lost'
  /** The scroll is not known any more, as after a restart. */
  | 'scroll forgotten'
  /** The scroll ends too soon. */
  | 'ends early';

/** A search engine for tests of reading back: `documents` documents, `perPage` a page, in one slice. */
export async function fakeEngine(documents: object[], perPage: number) {
  const state = { cursor: 0, mishap: 'none' as Mishap, at: 0, asked: 0, dead: false };
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    if (state.dead) return void request.socket.destroy();
    answer(request, response);
  });
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '';
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const shards = (failed = 0) => ({ total: 4, successful: 4 - failed, failed });
    if (url.includes('_refresh')) return json({ _shards: shards() });
    if (request.method === 'DELETE') return json({ succeeded: true });
    if (!url.includes('_search')) return json({ count: documents.length, _shards: shards() });
    if (!url.includes('_search/scroll')) state.cursor = 0;
    const mishap = ++state.asked === state.at ? state.mishap : 'none';
    if (mishap === 'scroll forgotten')
      return json({ error: { type: 'search_phase_execution_exception', reason: 'all shards failed' } }, 404);
    const page =
      mishap === 'none' || mishap === 'answer lost' ? documents.slice(state.cursor, state.cursor + perPage) : [];
    state.cursor += page.length;
    state.dead = mishap === 'dies';
    if (mishap === 'answer lost' || mishap === 'dies') return request.socket.destroy();
    const hits = page.map((_source, i) => ({ _index: 'logs', _id: String(i), _source }));
    return json({
      _scroll_id: 's1',
      timed_out: false,
      _shards: shards(mishap === 'shards lost' ? 2 : 0),
      hits: { total: { value: documents.length, relation: 'eq' }, hits },
    });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Lets something go wrong with the answer to the `at`-th search or scroll, from 1. */
    plan(mishap: Mishap, at: number) {
      Object.assign(state, { mishap, at, asked: 0, dead: false });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
