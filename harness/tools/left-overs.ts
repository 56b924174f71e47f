import { chosen, type Labelled, namesOf, ourBelongings, untilGone } from './belongings.ts';
import { OWNER_LABEL } from './ours.ts';
import { stateOf } from './owner.ts';

/** Those of a project's containers or networks whose process has ended: killed before it could take them down. */
export async function leftOver<T extends Labelled>(found: readonly T[]): Promise<T[]> {
  return ofState(found, (state) => state === 'dead');
}

/** All but those of a process that runs on this machine. */
export async function withoutLive<T extends Labelled>(found: readonly T[]): Promise<T[]> {
  return ofState(found, (state) => state !== 'alive');
}

/**
 * Removes what runs that were killed have left behind, and says so in one line. Others may be at it too (testcontainers' own reaper, another run that
 * starts), so what counts is that it is gone.
 */
export async function removeLeftOvers(remark: (line: string) => void): Promise<void> {
  const names = namesOf(await chosen(await ourBelongings(), leftOver));
  if (names.length === 0) return;
  await untilGone(`the left-overs of killed runs (${names.join(', ')})`, leftOver, 300);
  remark(`removed what a killed run had left: ${names.join(', ')}`);
}

async function ofState<T extends Labelled>(
  found: readonly T[],
  wanted: (state: Awaited<ReturnType<typeof stateOf>>) => boolean,
): Promise<T[]> {
  const states = await Promise.all(
    // What has no owner was asked to stay.
    found.map(({ labels }) => (labels[OWNER_LABEL] === undefined ? 'elsewhere' : stateOf(labels[OWNER_LABEL]))),
  );
  return found.filter((_, i) => wanted(states[i]!));
}
