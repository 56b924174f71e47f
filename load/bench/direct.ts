import { EnvironmentError } from '../../harness/core/trouble.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { type Box, Boxes } from './boxes.ts';
import { postAll } from './edge-client.ts';
import { clear, countIn, refresh } from './engine.ts';
import { feed } from './feed.ts';
import { type Bench, type Figure, ratioRow } from './figure.ts';
import { confTo, startFluentd } from './fluentd.ts';
import { bulkOf, logOf } from './lines.ts';
import { rounds } from './rounds.ts';

const LINES = 300_000;
const PER_BULK = 8000;
/** fluentd's and the engine's limit, CPUs. Edge and harness take what is left of the machine. */
const CPUS = 1;

const DIRECT = 'direct: fluentd → edge → engine';
const TO_NULL = 'fluentd → edge null';
const STRAIGHT = 'bulks straight to the engine';

/** What the whole pipeline bears against the weaker of its two halves: how much is lost between them. A backlog, until its last record is searchable. */
export const direct: Figure = {
  name: 'direct',
  title: 'rate of direct with nothing lost, against the lower of two ceilings',
  needsDocker: true,
  async measure(bench) {
    await using boxes = await Boxes.open(bench);
    const engine = await boxes.engine(bench.images.opensearch, CPUS);
    const contenders = [
      { name: DIRECT, measure: async () => ({ perSecond: await through(bench, boxes, engine) }) },
      { name: TO_NULL, measure: async () => ({ perSecond: await through(bench, boxes, undefined) }) },
      { name: STRAIGHT, measure: async () => ({ perSecond: await straight(bench, engine) }) },
    ];
    // The first bulks of an engine make it compile.
    for (let warmUp = 0; warmUp < 2; warmUp++) {
      bench.say('warming the engine up');
      await straight(bench, engine);
    }
    const found = await rounds(bench.rounds, contenders, bench);
    const series = (name: string) => ({ name, unit: 'lines/s', values: found[name]!.perSecond });
    const [toNull, toEngine] = [series(TO_NULL), series(STRAIGHT)];
    const lower = {
      name: 'lower of the two ceilings',
      unit: 'lines/s',
      values: toNull.values.map((value, round) => Math.min(value, toEngine.values[round]!)),
    };
    const row = ratioRow(direct.title, series(DIRECT), lower, { bound: 'at least', value: 0.9 });
    return [{ ...row, series: [...row.series, toNull, toEngine], note: `one CPU for fluentd, one for the engine` }];
  },
};

/** lines/s from the first line in the log to the last one searchable, or accepted where there is no engine. Throws where one is lost. */
async function through(bench: Bench, boxes: Boxes, engine: Box | undefined): Promise<number> {
  const run = newRunId();
  const door = await boxes.edge(engine);
  await using fluentd = await startFluentd(bench, boxes, 'delivered', confTo('delivered', door), CPUS);
  const { seconds } = await feed(fluentd, door, [logOf(run, 0, LINES)], bench.signal);
  const refreshing = engine ? await refresh(engine, bench.signal) : 0;
  if (engine) await assertWhole(engine, bench.signal);
  await door.stop();
  return LINES / (seconds + refreshing);
}

/** The same records in bulks of the same size, two at a time as by fluentd's two flush threads. */
async function straight(bench: Bench, engine: Box): Promise<number> {
  const run = newRunId();
  const headers = { 'content-type': 'application/json' };
  const bodies = Array.from({ length: Math.ceil(LINES / PER_BULK) }, (_, i) => ({
    headers,
    body: bulkOf(run, i * PER_BULK, Math.min(LINES, (i + 1) * PER_BULK)),
  }));
  const started = performance.now();
  await postAll(`http://${engine.addressOf(9200)}`, bodies, 2, bench.signal);
  await refresh(engine, bench.signal);
  const seconds = (performance.now() - started) / 1000;
  await assertWhole(engine, bench.signal);
  return LINES / seconds;
}

/** Throws where a record is lost; leaves the engine empty. */
async function assertWhole(engine: Box, signal: AbortSignal): Promise<void> {
  const found = await countIn(engine, signal);
  if (found !== LINES)
    throw new EnvironmentError(`the engine has ${found} of ${LINES} records: its rate means nothing`);
  await clear(engine, signal);
}
