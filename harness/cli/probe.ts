import { Command, Option } from 'commander';
import { EXIT } from '../core/trouble.ts';
import { probe } from '../dev/probe.ts';
import { probeLines } from '../dev/probe-lines.ts';
import { durationMs } from './arguments.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';
import { standingStack } from './standing-stack.ts';

const command = new Command('npm run probe --')
  .description(
    'Writes one record into the log file of the stack that is up and says when it is read, accepted and searchable.',
  )
  .addOption(
    new Option('--within <duration>', 'how long it may be on its way').argParser(durationMs).default(30_000, '30s'),
  )
  .option('--target <kind>', 'compose or k3s; the one that is up unless told')
  .option('--json', 'the result as JSON')
  .addHelpText('after', '\nExit codes: 0 searchable, 1 stuck on its way, 2 bad usage, 3 no stack is up.');

await exitWith(async (signal) => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const { within, target, json } = command.opts<{ within: number; target?: string; json?: boolean }>();
  const stack = await standingStack(target);
  try {
    const result = await probe(stack, { withinMs: within, signal });
    const text = json ? JSON.stringify(result, undefined, 2) : probeLines(result, within).join('\n');
    process.stdout.write(`${text}\n`);
    return result.searchableMs === undefined ? EXIT.broken : EXIT.pass;
  } finally {
    await stack.close();
  }
});
