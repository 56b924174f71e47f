import { rate } from '../../harness/report/figures.ts';
import type { Measured, Question } from '../context.ts';
import { latencyCells, ms, RATE_COLUMNS, rateCells, steady } from '../words.ts';
import { held } from './1-highest-rate.ts';

/** Written → accepted → searchable, at the rate that is the goal and at every rate that held, from the time a line was meant to be written. */
export const latency: Question = {
  number: 2,
  title: 'Latency from written to searchable',
  takesMs: 40_000,
  inTurn: 1,
  podsAtOnce: 1,
  async ask(context) {
    const { goals } = context;
    const load = steady(goals.linesPerSecond, 15, goals.bytesPerLine);
    const goal = await context.trial({ name: `latency-direct-${goals.linesPerSecond}`, load });
    const others = context.trials.filter((trial) => /^rate-/.test(trial.name) && held(trial, context));
    const all = [goal, ...others].sort((a, b) => a.offered - b.offered);
    const points = (of: (trial: Measured) => number | undefined) =>
      all
        .filter(({ topology }) => topology === 'direct')
        .map((trial) => ({ x: Math.round(trial.offered), y: of(trial) ?? null }));
    const { toAccepted, toSearchable } = goal;
    return {
      measured: toSearchable !== null,
      sentence: toSearchable
        ? `At ${rate(goals.linesPerSecond, goals.bytesPerLine)} half of the lines are searchable within ${ms(toSearchable.p50)} and 99 % within ${ms(toSearchable.p99)} (${toAccepted ? `accepted by the domain: ${ms(toAccepted.p50)} and ${ms(toAccepted.p99)}` : 'accepted by the domain: not known, no edge stands before it'}); the goal of ${ms(goals.p99Ms)} is ${toSearchable.p99 <= goals.p99Ms ? 'kept' : 'missed'}.`
        : `not measured because ${goal.reasons[0] ?? 'nothing became searchable'}`,
      tables: [
        {
          columns: [
            { title: 'topology' },
            ...RATE_COLUMNS,
            ...['accepted', 'searchable'].flatMap((what) =>
              ['p50', 'p90', 'p99', 'max'].map((one) => ({ title: `${what} ${one}` })),
            ),
          ],
          rows: all.map((trial) => [
            trial.topology,
            ...rateCells(trial),
            ...latencyCells(trial.toAccepted),
            ...latencyCells(trial.toSearchable),
          ]),
        },
      ],
      charts: [
        {
          title: 'Latency of direct at rates that held',
          kind: 'line',
          x: { label: 'offered', unit: 'lines/s', scale: 'linear' },
          y: { label: 'from the intended write', unit: 'ms', scale: 'log' },
          series: [
            { name: 'accepted, p50', points: points((trial) => trial.toAccepted?.p50) },
            { name: 'accepted, p99', points: points((trial) => trial.toAccepted?.p99) },
            { name: 'searchable, p50', points: points((trial) => trial.toSearchable?.p50) },
            { name: 'searchable, p99', points: points((trial) => trial.toSearchable?.p99) },
          ],
        },
      ],
    };
  },
};
