import { newRunId } from '../../harness/runner/run-id.ts';
import { Boxes } from './boxes.ts';
import { feed } from './feed.ts';
import { type Figure, ratioRow, spreadOf } from './figure.ts';
import { confTo, type PipelineName, startFluentd } from './fluentd.ts';
import { LINE_BYTES, logOf } from './lines.ts';
import { rounds } from './rounds.ts';

const LINES = 300_000;
/** Lines that are there at once: a block, once the last was accepted. as-written gives up a bulk after 5 s, so a block must not keep an engine longer. */
const BLOCK = 20_000;
/** Highest published figure of fluentd, tail → Elasticsearch or HTTP, in lines/s of one core: docs/benchmarks.md lists them. */
const PUBLISHED = 21_000;

/** What a line costs: the CPU time of fluentd, start-up apart, with the same lines, the same engine and one CPU each. */
export const fluentdCost: Figure = {
  name: 'fluentd-cost',
  title: 'delivered against as-written, lines per CPU-second of fluentd',
  needsDocker: true,
  async measure(bench) {
    await using boxes = await Boxes.open(bench);
    const engine = await boxes.engine(bench.images.elasticsearch, 1);
    const contender = (name: PipelineName) => ({
      name,
      measure: async () => {
        const door = await boxes.edge(engine);
        await using fluentd = await startFluentd(bench, boxes, name, confTo(name, door));
        const { cpuSeconds } = await feed(fluentd, door, blocksOf(newRunId()), bench.signal);
        await door.stop();
        return { perCpuSecond: LINES / cpuSeconds };
      },
    });
    const found = await rounds(bench.rounds, [contender('delivered'), contender('as-written')], bench);
    const series = (name: PipelineName) => ({
      name: `fluentd of ${name}`,
      unit: 'lines/CPU-s',
      values: found[name]!.perCpuSecond,
    });
    const [delivered, asWritten] = [series('delivered'), series('as-written')];
    const note = `${LINES.toLocaleString('en-US')} lines of ${LINE_BYTES} B, ${BLOCK.toLocaleString('en-US')} at a time, both to ${bench.images.elasticsearch} behind an edge without a cap`;
    return [
      {
        ...ratioRow(fluentdCost.title, delivered, asWritten, { bound: 'at least', value: 2 }, note),
        heldBack:
          'delivered parses every line, gives it an id and its own time and keeps it in a file until the domain has it, which as-written does not; by its profile 41 % is reading, parsing and buffering, 31 % bulks, 28 % garbage collection',
      },
      {
        figure: 'delivered, lines/s of one core, against every published fluentd',
        measured: spreadOf(delivered.values).median,
        unit: 'lines/s',
        aim: { bound: 'at least', value: PUBLISHED },
        series: [delivered],
      },
    ];
  },
};

function blocksOf(run: string): Buffer[] {
  return Array.from({ length: LINES / BLOCK }, (_, i) => logOf(run, i * BLOCK, (i + 1) * BLOCK));
}
