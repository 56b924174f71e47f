import { EXIT } from '../core/trouble.ts';
import { parseDevOptions } from './dev-options.ts';
import { exitWith } from './exit.ts';
import { runDev } from './run-dev.ts';

let keep = false;

await exitWith(
  async (signal) => {
    const options = parseDevOptions(process.argv);
    if (!options) return EXIT.pass;
    ({ keep } = options);
    return runDev(options, signal);
  },
  () => (keep ? 'ending…' : 'taking everything down…'),
);
