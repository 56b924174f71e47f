import { EXIT } from '../core/trouble.ts';
import { runCompare } from './compare.ts';
import { parseE2eOptions } from './e2e-options.ts';
import { exitWith } from './exit.ts';
import { runE2e } from './run-e2e.ts';

await exitWith(async (signal) => {
  const options = parseE2eOptions(process.argv);
  if (!options) return EXIT.pass;
  return options.compare && !options.list ? runCompare(options, options.compare, signal) : runE2e(options, signal);
});
