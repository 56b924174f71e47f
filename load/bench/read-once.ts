import { request } from 'node:http';
import { LedgerBook } from '../../harness/core/ledger-book.ts';
import { payloadLengthFor } from '../../harness/core/record.ts';
import { readBack } from '../../harness/runner/read-back.ts';
import { SearchEngineSink } from '../../harness/sinks/search-engine.ts';
import { STREAM } from './lines.ts';

/** What `reading-back` starts, in a process of its own so that its memory is only this: `read-once.ts read|scroll URL RUN DOCUMENTS LINE_BYTES`. */
export interface ReadOnce {
  documents: number;
  missing: number;
  seconds: number;
  /** Growth of the process's peak memory over what it had before the read, bytes. */
  peakGrowthBytes: number;
  /** Bits that are kept for each record once all is read. */
  bitsPerRecord: number;
}

/** Every hit has one. */
const MARK = '"_source"';

const [how, url, run, documents, lineBytes] = process.argv.slice(2) as [string, string, string, string, string];
const count = Number(documents);
process.stdout.write(`${JSON.stringify(how === 'read' ? await read() : await scroll())}\n`);

/** As the harness does after every scenario. */
async function read(): Promise<ReadOnce> {
  const sink = new SearchEngineSink(url);
  const book = new LedgerBook();
  const payloadLength = payloadLengthFor('json', run, STREAM, Number(lineBytes));
  book.add({ ledger: 'stream', run, stream: STREAM, file: '/x', format: 'json', payloadLength, at: 0 });
  book.add({ ledger: 'intended', stream: STREAM, to: count });
  book.add({ ledger: 'accepted', stream: STREAM, to: count, at: 0 });
  const before = process.resourceUsage().maxRSS;
  globalThis.gc?.();
  const kept = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  const found = await readBack({ book, run }, sink);
  const seconds = (performance.now() - started) / 1000;
  const peakGrowthBytes = (process.resourceUsage().maxRSS - before) * 1024;
  await sink.close();
  globalThis.gc?.();
  const bits = ((process.memoryUsage().arrayBuffers - kept) * 8) / count;
  const { missing, corrupted, unexpected, duplicated } = found.reconciliation;
  if (corrupted + unexpected + duplicated > 0)
    throw new Error(`expected whole records only, found ${JSON.stringify(found.reconciliation)}`);
  return { documents: found.documents, missing, seconds, peakGrowthBytes, bitsPerRecord: bits };
}

/** The engine's own ceiling: the same pages, by the cheapest query there is, thrown away unread. */
async function scroll(): Promise<ReadOnce> {
  const before = process.resourceUsage().maxRSS;
  const started = performance.now();
  const pages = await Promise.all([scrollSlice(0), scrollSlice(1)]);
  const seconds = (performance.now() - started) / 1000;
  const peakGrowthBytes = (process.resourceUsage().maxRSS - before) * 1024;
  return { documents: pages[0] + pages[1], missing: 0, seconds, peakGrowthBytes, bitsPerRecord: 0 };
}

async function scrollSlice(id: number): Promise<number> {
  const first = { size: 10_000, sort: ['_doc'], query: { match_all: {} }, slice: { id, max: 2 } };
  let page = await ask(`/bench-${run}/_search?scroll=1m`, first);
  let seen = 0;
  while (page.hits > 0) {
    seen += page.hits;
    page = await ask('/_search/scroll', { scroll: '1m', scroll_id: page.scrollId });
  }
  return seen;
}

/** Asks for a page and looks at no more of it than its scroll's id, in the first part, and how many hits it has. */
function ask(path: string, body: object): Promise<{ scrollId: string; hits: number }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = request(new URL(path, url), { method: 'POST', headers }, (answer) => {
      let head = '';
      let hits = 0;
      let tail: Buffer = Buffer.alloc(0);
      answer
        .on('data', (chunk: Buffer) => {
          if (head.length < 4096) head += chunk.toString('latin1', 0, 4096);
          // A mark that is torn by the end of a chunk stands in these few bytes, and only there.
          hits += marksIn(chunk) + marksIn(Buffer.concat([tail, chunk.subarray(0, MARK.length - 1)]));
          tail = Buffer.concat([tail, chunk.subarray(1 - MARK.length)]).subarray(1 - MARK.length);
        })
        .once('end', () => resolve({ scrollId: head.match(/"_scroll_id":"([^"]+)"/)?.[1] ?? '', hits }));
    });
    outgoing.once('error', reject).end(JSON.stringify(body));
  });
}

function marksIn(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) count++;
  return count;
}
