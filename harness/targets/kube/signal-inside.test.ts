import { beforeEach, describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../core/trouble.ts';
import { signalInside } from './signal-inside.ts';

/** pid, parent, state; a container under tini, with one process that was started from outside. */
let processes: [number, number, string][];
let sent: string[];
/** What becomes of the processes by a signal. */
let effect: (signal: string, pids: number[]) => string;

const stop = (pids: number[]) => {
  for (const one of processes) if (pids.includes(one[0])) one[2] = 'T';
  return '';
};

beforeEach(() => {
  processes = [
    [1, 0, 'S'],
    [7, 1, 'S'],
    [8, 7, 'S'],
    [30, 0, 'R'],
  ];
  sent = [];
  effect = () => '';
});

async function exec([, , script]: string[]): Promise<string> {
  const [, signal, pids] = script!.match(/^kill -s (\w+) ([\d ]+) 2>&1/) ?? [];
  if (!signal || !pids)
    return processes.map(([pid, parent, state]) => `State:\t${state} (x)\nPid:\t${pid}\nPPid:\t${parent}\n`).join('');
  sent.push(`${signal} ${pids}`);
  return effect(signal, pids.split(' ').map(Number));
}

describe('from inside', () => {
  test('SIGTERM goes to the first process', async () => {
    await signalInside(exec, 'app', 'SIGTERM');
    expect(sent).toEqual(['TERM 1']);
  });

  test.each(['SIGKILL', 'SIGCONT'] as const)('%s goes once to all others that are its own', async (signal) => {
    await signalInside(exec, 'app', signal);
    expect(sent).toEqual([`${signal.slice(3)} 7 8`]);
  });

  test('SIGSTOP goes as well to those that were started meanwhile', async () => {
    effect = (_, pids) => {
      if (sent.length === 1) processes.push([9, 7, 'R']);
      return stop(pids);
    };
    await signalInside(exec, 'app', 'SIGSTOP');
    expect(sent).toEqual(['STOP 7 8', 'STOP 9']);
  });

  test('the end of the container takes the answer with it; a signal that does not end it is not lost so', async () => {
    const breaks = (command: string[]) =>
      command[2]!.startsWith('kill') ? Promise.reject(new Error('broke')) : exec(command);
    await signalInside(breaks, 'app', 'SIGKILL');
    await signalInside(breaks, 'app', 'SIGTERM');
    await expect(signalInside(breaks, 'app', 'SIGSTOP')).rejects.toThrow('broke');
  });

  test('one that has ended meanwhile is passed over', async () => {
    effect = () => 'sh: 1: kill: No such process\n\n';
    await signalInside(exec, 'app', 'SIGKILL');
    expect(sent).toEqual(['KILL 7 8']);
  });
});

describe('trouble', () => {
  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'a first process without others: no %s, and what to do',
    async (signal) => {
      processes = processes.filter(([pid]) => pid === 1 || pid === 30);
      const failed = signalInside(exec, 'app', signal);
      await expect(failed).rejects.toThrow(EnvironmentError);
      await expect(failed).rejects.toThrow(
        /^SIG\w+ to container app: its first process has no others.*run it under tini/,
      );
      expect(sent).toEqual([]);
    },
  );

  test('a first process without others has nothing to go on with: SIGCONT is no trouble', async () => {
    processes = [[1, 0, 'S']];
    await signalInside(exec, 'app', 'SIGCONT');
    expect(sent).toEqual([]);
  });

  test('processes of another user: what kill said', async () => {
    effect = () => 'sh: 1: kill: Operation not permitted\n';
    await expect(signalInside(exec, 'app', 'SIGKILL')).rejects.toThrow(
      'SIGKILL to container app: sh: 1: kill: Operation not permitted',
    );
  });

  test('processes that are never all stopped are named', async () => {
    effect = (_, pids) => stop(pids.filter((pid) => pid !== 8));
    await expect(signalInside(exec, 'app', 'SIGSTOP')).rejects.toThrow(/some of its processes are not stopped: 8 S;/);
    expect(sent).toHaveLength(5);
  });
});
