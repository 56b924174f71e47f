import { type Command, CommanderError } from 'commander';
import { UsageError } from '../core/trouble.ts';

/** Parses a command line. False: help was asked for and printed. Throws {@link UsageError} for what the command does not know. */
export function parseOrThrow(command: Command, argv: readonly string[]): boolean {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} });
  try {
    command.parse([...argv]);
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw new UsageError(`${error.message.replace(/^error: /, '')}\nsee: ${command.name()} --help`);
  }
}
