import { Command } from 'commander';
import { EXIT } from '../core/trouble.ts';
import { removeLeftFolders } from '../targets/embedded/workplace.ts';
import { chosen, ourBelongings, removeBelongings } from '../tools/belongings.ts';
import { dockerVersion } from '../tools/docker.ts';
import { withoutLive } from '../tools/left-overs.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';

const command = new Command('npm run down').description(
  'Removes every container, network and volume that this project ever started here, but for those of a run that is under way. Images and results stay.',
);

await exitWith(async () => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const folders = await removeLeftFolders();
  if (folders.length > 0) process.stdout.write(`removed ${folders.length} folders of embedded runs that were killed\n`);
  await dockerVersion();
  const found = await ourBelongings();
  const gone = await chosen(found, withoutLive);
  await removeBelongings(gone);
  process.stdout.write(
    `removed ${gone.containers.length} containers, ${gone.networks.length} networks and ${gone.volumes.length} volumes\n`,
  );
  const live = found.containers.length - gone.containers.length;
  if (live > 0)
    process.stdout.write(`${live} containers belong to a command that is under way, and stay: end it with Ctrl-C\n`);
  return EXIT.pass;
});
