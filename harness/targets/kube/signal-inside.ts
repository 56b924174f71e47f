import type { Signal } from '../../core/target.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { type ContainerProcess, inWords, isStopped, LOOK_AT_PROCESSES, ownProcesses } from './container-processes.ts';

/** Runs a command in a container as its own user and returns its stdout; rejects where it fails, or the container ends meanwhile. */
export type ExecInside = (command: string[]) => Promise<string>;

/** Processes may start others while they are being stopped: how often those that are left are. */
const ROUNDS = 5;

/**
 * Sends a signal from inside a container, for where nobody has access to its node. Its first process can be neither killed nor stopped from there: SIGKILL,
 * SIGSTOP and SIGCONT go to all the others that are its own, and an init (tini) ends with 137 when what it runs was killed. SIGTERM goes to the first.
 * Resolves when the signal is sent, and after SIGSTOP when all of them stand still; the end of the container is the caller's to wait for. Throws an
 * {@link EnvironmentError} where there are no others to kill or to stop, or they could not be.
 */
export async function signalInside(exec: ExecInside, container: string, signal: Signal): Promise<void> {
  if (signal === 'SIGTERM') return kill(exec, container, signal, [1]);
  for (let round = 0; ; round++) {
    const others = ownProcesses(await exec(LOOK_AT_PROCESSES)).slice(1);
    const left = signal === 'SIGSTOP' ? others.filter((one) => !isStopped(one)) : others;
    if (others.length === 0 && signal !== 'SIGCONT')
      throw new EnvironmentError(
        `${signal} to container ${container}: its first process has no others to run, and can be neither killed nor stopped from inside: run it under tini (ENTRYPOINT ["tini", "--", …]), or on a cluster whose node can be reached`,
      );
    if (left.length === 0) return;
    if (round === ROUNDS)
      throw new EnvironmentError(
        `${signal} to container ${container}: after ${ROUNDS} times some of its processes are not stopped: ${inWords(left)}; are they its own user's?`,
      );
    await kill(exec, container, signal, pidsOf(left));
    if (signal !== 'SIGSTOP') return;
  }
}

async function kill(exec: ExecInside, container: string, signal: Signal, pids: readonly number[]): Promise<void> {
  const script = `kill -s ${signal.slice(3)} ${pids.join(' ')} 2>&1 || true`;
  const endsIt = signal === 'SIGKILL' || signal === 'SIGTERM';
  const said = await exec(['sh', '-c', script]).catch((error) => {
    // The container's end takes the shell with it.
    if (endsIt) return '';
    throw error;
  });
  // One that has ended by itself meanwhile needs no signal.
  const words = said.split('\n').filter((line) => line.trim() && !/no such process/i.test(line));
  if (words.length > 0) throw new EnvironmentError(`${signal} to container ${container}: ${words.join('; ')}`);
}

function pidsOf(processes: readonly ContainerProcess[]): number[] {
  return processes.map(({ pid }) => pid);
}
