import { Emitter } from './emitter.ts';
import { HELP, readOptions } from './options.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await new Emitter(options).run();
  else process.stdout.write(`${HELP}\n`);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  process.stderr.write(`emitter: ${message}\n`);
  process.exit(code?.startsWith('E') && !code.startsWith('ERR_') ? 1 : 2);
}
