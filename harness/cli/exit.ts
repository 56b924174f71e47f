import { EnvironmentError, EXIT, UsageError } from '../core/trouble.ts';
import { DockerUnavailable } from '../tools/docker.ts';
import { CommandError } from '../tools/shell.ts';

/** Why a run was ended from outside. */
export class Interrupted extends Error {
  constructor(signal: string) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
  }
}

/**
 * Runs a command to its exit code. The first Ctrl-C (or SIGTERM) asks it to end, and what it started is taken down; further ones are told so.
 * Errors become one plain message and the code that they stand for. `ending`: what is said to the first one.
 */
export async function exitWith(
  command: (signal: AbortSignal) => Promise<number>,
  ending: () => string = () => 'taking everything down…',
): Promise<void> {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    const first = !controller.signal.aborted;
    process.stderr.write(first ? `\n${name}: ${ending()}\n` : `still ${ending()}\n`);
    if (first) controller.abort(new Interrupted(name));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt);
  try {
    process.exitCode = await command(controller.signal);
  } catch (error) {
    process.exitCode = controller.signal.aborted ? EXIT.interrupted : codeOf(error);
    if (!controller.signal.aborted) process.stderr.write(`${messageOf(error)}\n`);
  }
  // Libraries may hold sockets open; all that matters is closed by now.
  process.stdout.write('', () => process.exit());
}

function codeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  return EXIT.environment;
}

function messageOf(error: unknown): string {
  if (
    error instanceof UsageError ||
    error instanceof EnvironmentError ||
    error instanceof DockerUnavailable ||
    error instanceof CommandError
  )
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
