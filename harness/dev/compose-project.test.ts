import { expect, test } from 'vitest';
import { hostPort, type Inspected, partState, variable } from './compose-project.ts';

const NOW = Date.parse('2026-11-25T20:00:12Z');
const container = (State: Partial<Inspected['State']>): Inspected => ({
  Id: 'id',
  Name: '/efk-sidecar-edge-1',
  State: { Status: 'running', StartedAt: '2026-11-25T20:00:00Z', ExitCode: 0, ...State },
  Config: { Labels: {}, Env: ['A=b=c', 'EMPTY='] },
  HostConfig: { PortBindings: { '9201/tcp': [{ HostPort: '4711' }], '9200/tcp': null } },
  Mounts: [],
});

const states: [string, Inspected | undefined, string, string][] = [
  ['none', undefined, 'absent', 'not started'],
  ['created', container({ Status: 'created' }), 'starting', 'created'],
  ['not healthy yet', container({ Health: { Status: 'starting' } }), 'starting', 'running since 12 s, starting'],
  ['healthy', container({ Health: { Status: 'healthy' } }), 'running', 'running since 12 s, healthy'],
  ['unhealthy', container({ Health: { Status: 'unhealthy' } }), 'running', 'running since 12 s, unhealthy'],
  ['without a check', container({}), 'running', 'running since 12 s'],
  ['paused', container({ Status: 'paused' }), 'running', 'paused since 12 s'],
  ['ended', container({ Status: 'exited', ExitCode: 137 }), 'ended', 'ended with exit code 137'],
  [
    'killed for want of memory',
    container({ Status: 'exited', ExitCode: 137, OOMKilled: true }),
    'ended',
    'ended with exit code 137, out of memory',
  ],
];
test.each(states)('the state of a container: %s', (_what, one, state, saw) => {
  expect(partState('edge', one, NOW)).toEqual({ part: 'edge', state, saw });
});

test('ports and variables are those of the container', () => {
  expect(hostPort(container({}), 9201)).toBe(4711);
  expect(hostPort(container({}), 9200)).toBeUndefined();
  expect(variable(container({}), 'A')).toBe('b=c');
  expect(variable(container({}), 'B')).toBeUndefined();
});
