import { removeStack } from '../../harness/tools/belongings.ts';
import { ourContainers } from '../../harness/tools/ours.ts';
import { e2e } from './e2e-command.ts';
import { type Bench, type Figure, type Row, spreadOf } from './figure.ts';

/** What a start waits for, by the figures of docs/benchmarks.md. */
const HELD_BACK = {
  cold: 'Kubernetes and the engine start in 16 to 23 s, and a load waits for the cluster’s DNS, as a fluentd that asks too early hangs in its resolver',
  warm: '3 s of it are the load and 1.2 s its way; the rest is starting the pod, reading back and clearing up',
};
const ONE = ['-t', 'delivers-every-line'];
/** The stack that `npm run e2e -- --reuse` keeps up. */
const KEPT = 'efk-kept-opensearch';

/** How long a person waits for the first verified record, from no containers: images are there. */
export const cold: Figure = {
  name: 'cold',
  title: 'cold: npm run e2e -- -t delivers-every-line, to the first verified record',
  needsDocker: true,
  async measure(bench) {
    // What has to be built is built before.
    bench.say('the first run, which builds what is to be built');
    await e2e(ONE, bench.signal);
    return [{ ...(await firstRecord(bench, cold.title, ONE, 30)), heldBack: HELD_BACK.cold }];
  },
};

/** The same with a cluster and an engine that are up. */
export const warm: Figure = {
  name: 'warm',
  title: 'warm (--reuse): the same',
  needsDocker: true,
  async measure(bench) {
    const ours = !(await ourContainers()).some(({ name }) => name.startsWith(KEPT));
    try {
      bench.say('standing the cluster up that is taken again');
      await e2e([...ONE, '--reuse'], bench.signal);
      return [{ ...(await firstRecord(bench, warm.title, [...ONE, '--reuse'], 8)), heldBack: HELD_BACK.warm }];
    } finally {
      // One that was kept before is somebody's.
      if (ours) await removeStack(KEPT);
    }
  },
};

async function firstRecord(bench: Bench, figure: string, args: string[], aimSeconds: number): Promise<Row> {
  const values: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    bench.say(`round ${round + 1} of ${bench.rounds}`);
    const { firstVerifiedMs } = await e2e(args, bench.signal);
    if (firstVerifiedMs === null) throw new Error('expected a command that passed to have verified a record');
    values.push(firstVerifiedMs / 1000);
  }
  const { median } = spreadOf(values);
  const series = [{ name: figure, unit: 's', values }];
  return { figure, measured: median, unit: 's', aim: { bound: 'at most', value: aimSeconds }, series };
}
