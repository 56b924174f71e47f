import { UsageError } from '../../harness/core/trouble.ts';
import { direct } from './direct.ts';
import { edge } from './edge.ts';
import { emitter } from './emitter.ts';
import type { Figure } from './figure.ts';
import { cold, warm } from './first-record.ts';
import { fluentdCost } from './fluentd-cost.ts';
import { overhead } from './overhead.ts';
import { readingBack } from './reading-back.ts';
import { whole } from './whole.ts';

/** Every figure, in the order of the table. */
export const FIGURES: readonly Figure[] = [
  emitter,
  edge,
  readingBack,
  fluentdCost,
  direct,
  cold,
  warm,
  whole,
  overhead,
];

/** The figures of these names, in the table's order; without names all but the long ones, which `long` adds. Throws a {@link UsageError}. */
export function pickFigures(figures: readonly Figure[], names: readonly string[], long: boolean): Figure[] {
  const known = figures.map(({ name }) => name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new UsageError(
      `--only ${strange.map((name) => `"${name}"`).join(', ')}: no such figure; there are ${known.join(', ')}`,
    );
  return figures.filter(
    ({ name, long: isLong = false }) => names.includes(name) || (names.length === 0 ? !isLong || long : isLong && long),
  );
}
