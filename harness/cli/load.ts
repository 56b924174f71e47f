import { EXIT } from '../core/trouble.ts';
import { exitWith } from './exit.ts';
import { calibrateFolders, compareFolders, printPlan } from './load-commands.ts';
import { parseLoadOptions } from './load-options.ts';
import { runLoad } from './run-load.ts';

await exitWith(async (signal) => {
  const command = parseLoadOptions(process.argv);
  if (!command) return EXIT.pass;
  if (command.command === 'compare') return compareFolders(command);
  if (command.command === 'calibrate') return calibrateFolders(command, new Date());
  if (command.command === 'plan') return printPlan(command);
  return runLoad(command, process.argv.slice(2), signal);
});
