import { Command } from 'commander';
import { EXIT } from '../core/trouble.ts';
import { dockerVersion, ourContainers, ourNetworks, removeContainers, removeNetworks } from '../tools/docker.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';

const command = new Command('npm run down').description(
  'Removes every container and network that this project ever started here. Images and results stay.',
);

await exitWith(async () => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  await dockerVersion();
  const containers = await ourContainers();
  await removeContainers(containers.map(({ id }) => id));
  const networks = await ourNetworks();
  await removeNetworks(networks);
  process.stdout.write(`removed ${containers.length} containers and ${networks.length} networks\n`);
  return EXIT.pass;
});
