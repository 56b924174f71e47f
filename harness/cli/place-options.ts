import { type Command, Option } from 'commander';
import { UsageError } from '../core/trouble.ts';

/** Where a pipeline runs, and which. */
export function placeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--target <name>', 'where to run; auto: k3s where Docker answers, otherwise embedded')
        .choices(['auto', 'k3s', 'embedded'])
        .default('auto'),
    )
    .addOption(
      new Option('--engine <name>', 'what stores the records')
        .choices(['opensearch', 'elasticsearch'])
        .default('opensearch'),
    )
    .option('--pipeline <name|dir>', 'delivered, as-written, or a folder of your own', 'delivered');
}

/** What stays up, and what is printed. */
export function endOptions(command: Command): Command {
  return command
    .option('--keep', 'leave everything up afterwards and print how to look', false)
    .option('--reuse', 'take what is up from before, and leave it up', false)
    .option('--json', 'print results.json on stdout; progress goes to stderr', false);
}

/** Throws a UsageError where something is to stay up that cannot. */
export function refuseKept({ target, keep, reuse }: { target?: string; keep?: boolean; reuse?: boolean }): void {
  if (target === 'embedded' && (keep || reuse))
    throw new UsageError('--keep and --reuse need --target k3s: what is embedded ends with the command');
}

/** Collects an option that may stand several times. */
export function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
