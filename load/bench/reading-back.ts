import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { type Box, Boxes } from './boxes.ts';
import { postAll, type SignedBulk } from './edge-client.ts';
import { countIn, refresh } from './engine.ts';
import { type Bench, type Figure, type Row, ratioRow, type Series, spreadOf } from './figure.ts';
import { bulkOf } from './lines.ts';
import type { ReadOnce } from './read-once.ts';
import { rounds } from './rounds.ts';

const DOCUMENTS = 1_000_000;
const LINE_BYTES = 200;
const PER_BULK = 8000;
const READ = 'reading back and reconciling';
const SCROLL = 'the same scroll, thrown away unread';

/** A verdict on a million records must not take longer than the engine needs to hand them out, nor more memory than two bits a record and a page. */
export const readingBack: Figure = {
  name: 'reading-back',
  title: 'reading back and reconciling 1,000,000 documents of an engine',
  needsDocker: true,
  async measure(bench) {
    await using boxes = await Boxes.open(bench);
    const engine = await boxes.engine(bench.images.opensearch, 2);
    const run = newRunId();
    await fill(bench, engine, run);
    const contender = (name: string, how: 'read' | 'scroll') => ({
      name,
      async measure() {
        const one = await readOnce(bench, how, engine, run);
        return { perSecond: one.documents / one.seconds, peak: one.peakGrowthBytes, bits: one.bitsPerRecord };
      },
    });
    const found = await rounds(bench.rounds, [contender(READ, 'read'), contender(SCROLL, 'scroll')], bench);
    const series = (name: string) => ({ name, unit: 'documents/s', values: found[name]!.perSecond });
    const [read, scroll] = [series(READ), series(SCROLL)];
    const peak = { name: 'peak memory over the start, reading back', unit: 'bytes', values: found[READ]!.peak };
    const bits = { name: 'kept for each record', unit: 'bits', values: found[READ]!.bits };
    return [
      readingRow(read, scroll),
      {
        figure: 'memory kept for each record',
        measured: spreadOf(bits.values).median,
        unit: 'bits',
        aim: { bound: 'at most', value: 2 },
        series: [bits, peak],
      },
    ];
  },
};

/** 100,000 documents/s, or nine tenths of what the engine alone can hand out where that is less. */
function readingRow(read: Series, scroll: Series): Row {
  const ceiling = spreadOf(scroll.values).median;
  const aim = { bound: 'at least', value: Math.min(100_000, 0.9 * ceiling) } as const;
  const { series } = ratioRow('', read, scroll, aim);
  return { figure: readingBack.title, measured: spreadOf(read.values).median, unit: 'documents/s', aim, series };
}

async function fill(bench: Bench, engine: Box, run: string): Promise<void> {
  bench.say(`writing ${DOCUMENTS} documents into the engine`);
  await postAll(`http://${engine.addressOf(9200)}`, bulks(run), 2, bench.signal);
  await refresh(engine, bench.signal);
  const count = await countIn(engine, bench.signal);
  if (count !== DOCUMENTS) throw new EnvironmentError(`the engine has ${count} of ${DOCUMENTS} documents`);
}

function* bulks(run: string): Generator<SignedBulk> {
  for (let seq = 0; seq < DOCUMENTS; seq += PER_BULK) {
    const body = bulkOf(run, seq, Math.min(DOCUMENTS, seq + PER_BULK), LINE_BYTES);
    yield { headers: { 'content-type': 'application/json' }, body };
  }
}

async function readOnce({ signal }: Bench, how: 'read' | 'scroll', engine: Box, run: string): Promise<ReadOnce> {
  const program = join(import.meta.dirname, 'read-once.ts');
  const args = [
    '--expose-gc',
    program,
    how,
    `http://${engine.addressOf(9200)}`,
    run,
    String(DOCUMENTS),
    String(LINE_BYTES),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { signal });
  const one = JSON.parse(stdout) as ReadOnce;
  if (one.documents !== DOCUMENTS || one.missing > 0)
    throw new EnvironmentError(`${how}: ${one.documents} of ${DOCUMENTS} documents, ${one.missing} missing`);
  return one;
}
