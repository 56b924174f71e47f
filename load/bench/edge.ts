import { join } from 'node:path';
import { ROOT } from '../../harness/cli/root.ts';
import { EdgeAdmin } from '../../harness/edge/admin-client.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { CREDENTIALS } from '../../harness/targets/kube/local-domain.ts';
import { Child } from '../../harness/tools/child.ts';
import { Boxes } from './boxes.ts';
import { postAll, signedBulk } from './edge-client.ts';
import { feed } from './feed.ts';
import { type Bench, type Figure, ratioRow } from './figure.ts';
import { confTo, startFluentd } from './fluentd.ts';
import { bulkOf, logOf } from './lines.ts';
import { rounds } from './rounds.ts';

const EDGE = 'edge, mode null, signed bulks';
const FLUENTD = 'fluentd as delivered → edge null, 1 CPU';
const LINES = 300_000;
/** Records of one bulk, as chunk_limit_records of the delivered configuration; about 3 MiB. */
const PER_BULK = 8000;
const BULKS = 120;
const MIB = 2 ** 20;

/** The stand-in of the domain must never be the bottleneck: what it takes in, checking every signature, against what one fluentd can send. */
export const edge: Figure = {
  name: 'edge',
  title: 'edge in null mode, MiB/s of signed bulks, against what one fluentd can send',
  needsDocker: true,
  async measure(bench) {
    await using boxes = await Boxes.open(bench);
    const found = await rounds(
      bench.rounds,
      [
        { name: EDGE, measure: async () => ({ perSecond: await takeIn(bench.signal) }) },
        { name: FLUENTD, measure: async () => ({ perSecond: await send(bench, boxes) }) },
      ],
      bench,
    );
    const series = (name: string) => ({ name, unit: 'MiB/s', values: found[name]!.perSecond });
    return [ratioRow(edge.title, series(EDGE), series(FLUENTD), { bound: 'at least', value: 5 })];
  },
};

/** MiB/s of bulks that an edge in a process of its own accepts, two at a time as fluentd's two flush threads send them. */
async function takeIn(signal: AbortSignal): Promise<number> {
  let heard = (_line: string) => {};
  const listening = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const flags = ['--port', '0', '--admin-port', '0', '--host', '127.0.0.1'];
  const keys = ['--access-key', CREDENTIALS.accessKeyId, '--secret-key', CREDENTIALS.secretAccessKey];
  const command = [process.execPath, join(ROOT, 'harness/edge/main.ts'), ...flags, ...keys];
  const child = new Child(command, { env: {}, onLine: (line) => heard(line) });
  try {
    const ports = JSON.parse(await Promise.race([listening, child.ended.then(() => '{}')]));
    const url = `http://127.0.0.1:${ports.listening}`;
    const bulk = await signedBulk(bulkOf(newRunId(), 0, PER_BULK), `127.0.0.1:${ports.listening}`);
    // The first ones warm it up.
    await postAll(url, Array(10).fill(bulk), 2, signal);
    const started = performance.now();
    await postAll(url, Array(BULKS).fill(bulk), 2, signal);
    const seconds = (performance.now() - started) / 1000;
    const { itemStatuses } = await new EdgeAdmin(`http://127.0.0.1:${ports.admin}`).counters();
    if (itemStatuses['201'] !== (BULKS + 10) * PER_BULK)
      throw new Error(`the edge accepted ${itemStatuses['201']} items of ${(BULKS + 10) * PER_BULK}`);
    return (BULKS * bulk.body.length) / MIB / seconds;
  } finally {
    child.process.kill('SIGKILL');
    await child.ended;
  }
}

async function send(bench: Bench, boxes: Boxes): Promise<number> {
  const door = await boxes.edge();
  await using fluentd = await startFluentd(bench, boxes, 'delivered', confTo('delivered', door));
  const { bytesPerSecond } = await feed(fluentd, door, [logOf(newRunId(), 0, LINES)], bench.signal);
  await door.stop();
  return bytesPerSecond / MIB;
}
