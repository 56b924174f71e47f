import { Command, Option } from 'commander';
import { EXIT, UsageError } from '../core/trouble.ts';
import { removeLeftFolders } from '../targets/embedded/workplace.ts';
import { chosen, ourBelongings, untilGone } from '../tools/belongings.ts';
import { dockerVersion } from '../tools/docker.ts';
import { withoutLive } from '../tools/left-overs.ts';
import { downAws } from './down-aws.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';

const command = new Command('npm run down --')
  .description(
    'Removes every container, network and volume that this project ever started here, but for those of a run that is under way. Images and results stay.',
  )
  .addOption(
    new Option('--target <name>', 'aws: removes what runs left on your cluster and domain instead').choices([
      'local',
      'aws',
    ]),
  )
  .option('--force', 'with --target aws: also what a run is at now', false);

await exitWith(async (signal) => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const { target, force } = command.opts<{ target?: string; force: boolean }>();
  if (target === 'aws') return downAws(force, signal);
  if (force) throw new UsageError('--force needs --target aws: here a run that is under way is ended with Ctrl-C');
  const folders = await removeLeftFolders();
  if (folders.length > 0) process.stdout.write(`removed ${folders.length} folders of embedded runs that were killed\n`);
  await dockerVersion();
  const found = await ourBelongings();
  const gone = await chosen(found, withoutLive);
  await untilGone('what no command is at', withoutLive, 300);
  process.stdout.write(
    `removed ${gone.containers.length} containers, ${gone.networks.length} networks and ${gone.volumes.length} volumes\n`,
  );
  const live = found.containers.length - gone.containers.length;
  if (live > 0)
    process.stdout.write(`${live} containers belong to a command that is under way, and stay: end it with Ctrl-C\n`);
  return EXIT.pass;
});
