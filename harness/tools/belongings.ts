import { until } from '../core/condition.ts';
import {
  type Found,
  LABEL,
  ourContainers,
  ourNetworks,
  ourVolumes,
  removeContainers,
  removeNetworks,
  removeVolumes,
} from './ours.ts';
import { CommandError } from './shell.ts';

/** Something of this project that Docker has. */
export type Labelled = Pick<Found, 'name' | 'labels'>;

/** What this project has in Docker, or a part of it. */
export interface Belongings {
  containers: Found[];
  networks: Labelled[];
  volumes: Labelled[];
}

/** Chooses some of what was found. */
export type Choice = <T extends Labelled>(found: readonly T[]) => T[] | Promise<T[]>;

/** All containers, networks and volumes of this project. */
export async function ourBelongings(): Promise<Belongings> {
  const [containers, networks, volumes] = await Promise.all([ourContainers(), ourNetworks(), ourVolumes()]);
  return { containers, networks, volumes };
}

/** Those of them that are chosen. */
export async function chosen({ containers, networks, volumes }: Belongings, choose: Choice): Promise<Belongings> {
  return { containers: await choose(containers), networks: await choose(networks), volumes: await choose(volumes) };
}

/** Containers first: they hold the others. */
export async function removeBelongings({ containers, networks, volumes }: Belongings): Promise<void> {
  await removeContainers(containers.map(({ id }) => id));
  await removeNetworks(networks.map(({ name }) => name));
  await removeVolumes(volumes.map(({ name }) => name));
}

export function namesOf({ containers, networks, volumes }: Belongings): string[] {
  return [...containers, ...networks, ...volumes].map(({ name }) => name);
}

/**
 * Takes everything down that a stack of this name has, a Compose project among them: at once, without grace. A command that was ended may have one more
 * container made behind our back, so what counts is that nothing is found.
 */
export async function removeStack(name: string): Promise<void> {
  await untilGone(`everything of ${name}`, (found) => found.filter(({ labels }) => labels[LABEL] === name), 200);
}

/** Removes what is chosen until nothing of it is found: somebody else may be at it too, or have one more made meanwhile. `what` completes "… to be gone". */
export async function untilGone(what: string, choose: Choice, everyMs: number): Promise<void> {
  await until(
    {
      name: `${what} to be gone`,
      look: async () => {
        const found = await chosen(await ourBelongings(), choose);
        const saw = namesOf(found).join(', ');
        if (saw === '') return { met: true, value: undefined };
        try {
          await removeBelongings(found);
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          return { met: false, saw: `${saw}; ${error.lastLine}` };
        }
        return { met: false, saw };
      },
    },
    { withinMs: 120_000, everyMs },
  );
}
