import { EXIT } from '../core/trouble.ts';
import { parseE2eOptions } from './e2e-options.ts';
import { exitWith } from './exit.ts';
import { runE2e } from './run-e2e.ts';

await exitWith(async (signal) => {
  const options = parseE2eOptions(process.argv);
  return options ? runE2e(options, signal) : EXIT.pass;
});
