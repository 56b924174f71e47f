import { exitWith } from './exit.ts';
import { parseE2eOptions } from './e2e-options.ts';
import { runE2e } from './run-e2e.ts';

await exitWith(async (signal) => runE2e(await parseE2eOptions(process.argv), signal));
