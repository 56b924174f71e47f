import { during, type Fault } from '../../harness/core/fault.ts';
import { edge } from '../../harness/faults/edge-answers.ts';
import { signalFluentd } from '../../harness/faults/signal-fluentd.ts';
import type { LoadContext, Measured, Question, TrialSpec } from '../context.ts';
import { steady } from '../words.ts';

/** Without ids every document is a new one, whoever sends it again. */
const NO_IDS = { id_key: '', write_operation: 'index' };

const FAULTS: { name: string; what: string; faults: (Fault | Fault[])[] }[] = [
  { name: 'killed', what: 'fluentd is killed', faults: [signalFluentd('SIGKILL', '4s')] },
  {
    name: 'torn',
    what: 'answers break off after the bulk was taken',
    faults: [during('3s', '6s', edge.answers({ truncate: true }))],
  },
];

/** What each fault loses and repeats, with ids and without, and what ids cost. */
export const duplicates: Question = {
  number: 7,
  title: 'Duplicates against loss',
  takesMs: 90_000,
  inTurn: 2,
  podsAtOnce: 3,
  edge: true,
  async ask(context) {
    const { goals } = context;
    const specs = FAULTS.flatMap((fault) => [true, false].map((ids) => specOf(context, fault, ids)));
    const trials = await context.besides(specs);
    const cost = await costOf(context);
    const rows = FAULTS.flatMap(({ what }, i) =>
      [0, 1].map((k) => {
        const { accepted, missing, duplicated, sentTwice } = trials[2 * i + k]!;
        return [what, k === 0 ? 'with' : 'without', accepted, missing, duplicated, sentTwice];
      }),
    );
    const without = trials.filter((_, i) => i % 2 === 1).reduce((sum, { duplicated }) => sum + duplicated, 0);
    const withIds = trials.filter((_, i) => i % 2 === 0).reduce((sum, { duplicated }) => sum + duplicated, 0);
    const lost = trials.reduce((sum, { missing }) => sum + missing, 0);
    return {
      measured: trials.some(({ outcome }) => outcome !== 'error'),
      sentence:
        `Nothing is lost for the sake of ids, and nothing for want of them (${lost} missing in all); without ids ${without.toLocaleString('en-US')} documents were there twice, with ids ${withIds}. ${cost ?? ''}`.trim(),
      tables: [
        {
          columns: [
            { title: 'fault' },
            { title: 'ids' },
            { title: 'accepted', unit: 'records' },
            { title: 'missing', unit: 'records' },
            { title: 'documents too many' },
            { title: 'records sent twice' },
          ],
          rows,
        },
      ],
      charts: [
        {
          title: 'Documents too many, with ids and without',
          kind: 'bar',
          x: { label: 'fault', unit: '', scale: 'category' },
          y: { label: 'documents', unit: '' },
          series: [0, 1].map((k) => ({
            name: k === 0 ? 'with ids' : 'without ids',
            points: FAULTS.map(({ what }, i) => ({ x: what, y: trials[2 * i + k]!.duplicated })),
          })),
        },
      ],
    };

    /** CPU at the goal's rate with ids and without; undefined where there is no time for it. */
    async function costOf(context: LoadContext): Promise<string | undefined> {
      if (context.leftMs() < 70_000 + 2 * context.slowStartMs + context.reserveMs) {
        context.leaveOut('question 7: what ids cost');
        return undefined;
      }
      const load = steady(4 * goals.linesPerSecond, 10, goals.bytesPerLine);
      const [ids, none] = [
        await context.trial({ name: 'ids-with', load }),
        await context.trial({ name: 'ids-without', load, changes: { parameters: NO_IDS } }),
      ];
      const [a, b] = [cpu(ids), cpu(none)];
      if (a === undefined || b === undefined) return undefined;
      return `What they cost: ${a.toFixed(3)} cores of fluentd with and ${b.toFixed(3)} without, at ${4 * goals.linesPerSecond} lines/s, one run each.`;
    }
  },
};

function specOf({ goals }: LoadContext, { name, faults }: (typeof FAULTS)[number], ids: boolean): TrialSpec {
  return {
    name: `duplicates-${name}-${ids ? 'with' : 'without'}-ids`,
    load: steady(Math.min(500, goals.linesPerSecond), 10, goals.bytesPerLine),
    warmUpMs: 0,
    ...(ids ? {} : { changes: { parameters: NO_IDS } }),
    faults,
    drainWithinMs: 60_000,
  };
}

function cpu({ metrics }: Measured): number | undefined {
  return metrics['fluentd.cpu']?.mean;
}
