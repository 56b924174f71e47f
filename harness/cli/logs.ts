import { Argument, Command } from 'commander';
import pc from 'picocolors';
import { EXIT, UsageError } from '../core/trouble.ts';
import { attachDevStack } from '../dev/attach.ts';
import { DEV_PARTS, type DevPart } from '../dev/stack.ts';
import { wholeFrom1 } from './arguments.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';

/** Lines shown unless told, as with `kubectl logs --tail`. */
const TAIL = 50;

const command = new Command('npm run logs --')
  .description(
    'Shows the log of a part of the stack that npm run dev has started, and first the command that shows it without us.',
  )
  .addArgument(new Argument('[part]', 'whose').choices(DEV_PARTS).default('fluentd'))
  .option('-f, --follow', 'go on until Ctrl-C', false)
  .option('--tail <n>', 'from the last lines on', wholeFrom1, TAIL)
  .addHelpText(
    'after',
    `
Examples:
  npm run logs                             what fluentd said last
  npm run logs -- fluentd --follow         and what it says from now on
  npm run logs -- application --tail 5
  npm run logs -- edge -f | grep 403       the command goes to stderr, the log alone to stdout`,
  );

await exitWith(
  async (signal) => {
    if (!parseOrThrow(command, process.argv)) return EXIT.pass;
    const { follow, tail } = command.opts<{ follow: boolean; tail: number }>();
    const [part = 'fluentd'] = command.processedArgs as [DevPart | undefined];
    const stack = await attachDevStack();
    if (!stack) throw new UsageError('no dev stack is up: start one with npm run dev');
    process.stderr.write(`${pc.dim(`$ ${stack.byHand(part)} --tail ${tail}${follow ? ' --follow' : ''}`)}\n`);
    await stack.logs(part, { tail, follow, signal }, (line) => process.stdout.write(`${line}\n`));
    return follow && signal.aborted ? EXIT.interrupted : EXIT.pass;
  },
  () => 'ending…',
);
