import type { Question } from '../context.ts';
import { planFor } from '../plan.ts';

/** A plan for the goals of this run; `npm run load -- plan` makes one for any others from the same figures. */
export const capacity: Question = {
  number: 9,
  title: 'Capacity',
  takesMs: 0,
  inTurn: 0,
  podsAtOnce: 0,
  async ask({ goals, findings }) {
    const { table, remarks, verdict } = planFor({ ...goals, peak: 3 }, findings);
    const figures = table.rows.length > 3;
    return {
      measured: figures,
      sentence: figures
        ? `For ${goals.pods} pods at ${goals.linesPerSecond} lines/s with peaks of 3 times that: ${verdict.sentence}`
        : `not measured because ${remarks[0] ?? 'nothing of it was measured in this run'}`,
      tables: [
        table,
        ...(remarks.length > 0
          ? [{ title: 'To be known', columns: [{ title: 'remark' }], rows: remarks.map((one) => [one]) }]
          : []),
      ],
      charts: [],
    };
  },
};
