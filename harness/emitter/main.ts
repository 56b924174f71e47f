import { Emitter } from './emitter.ts';
import { HELP } from './flags.ts';
import { warn } from './ledger-writer.ts';
import { type EmitterOptions, readOptions } from './options.ts';

let options: EmitterOptions | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  warn((error as Error).message);
  process.exit(2);
}
if (!options) process.stdout.write(`${HELP}\n`);
else process.exit(await new Emitter(options).run());
