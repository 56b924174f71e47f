import { describe, expect, test } from 'vitest';
import { inWords, ownProcesses, standsStill } from './container-processes.ts';

/** What `grep -hsE '^(State|Pid|PPid):'` says of processes: `1<0 S` is process 1 with parent 0 in state S. */
const said = (...processes: string[]) =>
  processes
    .map((one) => one.match(/^(\d+)<(\d+) (\w)$/)!)
    .map(([, pid, parent, state]) => `State:\t${state} (words)\nPid:\t${pid}\nPPid:\t${parent}\n`)
    .join('');
const ownOf = (...processes: string[]) => inWords(ownProcesses(said(...processes)));

describe('the container’s own processes', () => {
  test('descend from the first; those that were started from outside, and what these started, do not', () => {
    expect(ownOf('1<0 S', '12<7 S', '30<0 S', '31<30 R', '7<1 S', '13<12 R')).toBe('1 S, 7 S, 12 S, 13 R');
  });

  test('are those that have not ended', () => {
    expect(ownOf('1<0 S', '7<1 Z', '8<1 T')).toBe('1 S, 8 T');
  });

  test('are none where nothing was said, or what was said broke off', () => {
    expect(ownProcesses('')).toEqual([]);
    expect(inWords(ownProcesses(`${said('1<0 S')}State:\tS (sleeping)\nPid:\t7\n`))).toBe('1 S');
  });
});

describe('a container', () => {
  const cases: [string, boolean, string[]][] = [
    ['stopped from its node, our look at it aside', true, ['1<0 T', '7<1 T', '8<7 T', '30<0 R']],
    ['of one process, stopped', true, ['1<0 T', '30<0 R']],
    ['stopped from inside, but for its init', true, ['1<0 S', '7<1 T', '8<7 T', '30<0 R']],
    ['where nothing was stopped', false, ['1<0 S', '7<1 S']],
    ['of one process, not stopped, beside one of ours that is', false, ['1<0 S', '30<0 T']],
    ['whose init alone was stopped', false, ['1<0 T', '7<1 S']],
    ['of whose processes one is left', false, ['1<0 S', '7<1 T', '8<7 R']],
    ['of which nothing is known', false, []],
  ];
  test.each(cases)('%s: stands still: %s', (_, still, processes) => {
    expect(standsStill(ownProcesses(said(...processes)))).toBe(still);
  });
});
