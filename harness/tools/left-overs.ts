import { until } from '../core/condition.ts';
import {
  type Found,
  OWNER_LABEL,
  ourContainers,
  ourNetworks,
  ourVolumes,
  removeContainers,
  removeNetworks,
  removeVolumes,
} from './docker.ts';
import { stateOf } from './owner.ts';
import { CommandError } from './shell.ts';

type Labelled = Pick<Found, 'labels'>;

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
  const find = async () => {
    const [containers, networks, volumes] = await Promise.all([ourContainers(), ourNetworks(), ourVolumes()]);
    return {
      containers: await leftOver(containers),
      networks: await leftOver(networks),
      volumes: await leftOver(volumes),
    };
  };
  const left = await find();
  const names = [...left.containers, ...left.networks, ...left.volumes].map(({ name }) => name);
  if (names.length === 0) return;
  await until(
    {
      name: `the left-overs of killed runs to be gone (${names.join(', ')})`,
      look: async () => {
        const { containers, networks, volumes } = await find();
        const saw = [...containers, ...networks, ...volumes].map(({ name }) => name).join(', ');
        if (saw === '') return { met: true, value: undefined };
        try {
          await removeContainers(containers.map(({ id }) => id));
          await removeNetworks(networks.map(({ name }) => name));
          await removeVolumes(volumes.map(({ name }) => name));
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          return { met: false, saw: `${saw}; ${error.output.trim().split('\n').at(-1)}` };
        }
        return { met: false, saw };
      },
    },
    { withinMs: 120_000, everyMs: 300 },
  );
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
