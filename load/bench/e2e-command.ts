import { spawnCli } from '../../harness/cli/spawn-cli.ts';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import type { Results } from '../../harness/runner/results.ts';

/** Runs `npm run e2e -- ARGS` as a user would and returns its results.json; an interrupt is handed on. Throws where it did not pass. */
export async function e2e(args: readonly string[], signal: AbortSignal): Promise<Results> {
  const interruptWhen = () => signal.aborted;
  const { code, stdout, stderr } = await spawnCli('e2e', [...args, '--target', 'k3s', '--json'], { interruptWhen });
  signal.throwIfAborted();
  if (code !== 0) {
    const last = stderr.trimEnd().split('\n').slice(-5).join('\n');
    throw new EnvironmentError(`npm run e2e -- ${args.join(' ')} exited with ${code}: ${last}`);
  }
  return JSON.parse(stdout) as Results;
}
