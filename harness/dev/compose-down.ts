import { until } from '../core/condition.ts';
import {
  LABEL,
  ourContainers,
  ourNetworks,
  ourVolumes,
  removeContainers,
  removeNetworks,
  removeVolumes,
} from '../tools/docker.ts';
import { CommandError } from '../tools/shell.ts';

/**
 * Removes every container, network and volume of a Compose project at once, without grace: what a dev stack holds is to be thrown away. A compose
 * command that was ended may have one more container made behind our back, so what counts is that nothing is found.
 */
export async function takeDown(project: string): Promise<void> {
  const find = async () => {
    const all = await Promise.all([ourContainers(), ourNetworks(), ourVolumes()]);
    return all.map((some) => some.filter(({ labels }) => labels[LABEL] === project)) as typeof all;
  };
  await until(
    {
      name: `everything of ${project} to be gone`,
      look: async () => {
        const [containers, networks, volumes] = await find();
        const names = [...containers, ...networks, ...volumes].map(({ name }) => name);
        if (names.length === 0) return { met: true, value: undefined };
        try {
          await removeContainers(containers.map(({ id }) => id));
          await removeNetworks(networks.map(({ name }) => name));
          await removeVolumes(volumes.map(({ name }) => name));
        } catch (error) {
          // Somebody else may be at it too.
          if (!(error instanceof CommandError)) throw error;
          return { met: false, saw: `${names.join(', ')}; ${error.output.trim().split('\n').at(-1)}` };
        }
        return { met: false, saw: names.join(', ') };
      },
    },
    { withinMs: 120_000, everyMs: 200 },
  );
}
