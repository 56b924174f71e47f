import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { describePod, hopelessIn } from './pod-state.ts';

const pending = (spec: Partial<V1Pod['spec']>, message?: string, annotations: Record<string, string> = {}): V1Pod => ({
  metadata: { name: 'p', annotations },
  spec: { containers: [], schedulerName: 'fargate-scheduler', ...spec },
  status: {
    phase: 'Pending',
    ...(message ? { conditions: [{ type: 'PodScheduled', status: 'False', message }] } : {}),
  },
});

describe('a pod on Fargate says what it waits for', () => {
  test.each<[V1Pod, string]>([
    [pending({}), 'p: Pending; waits for Fargate’s scheduler'],
    [pending({}, undefined, { CapacityProvisioned: '1vCPU 2GB' }), 'p: Pending; Fargate brings up a node of 1vCPU 2GB'],
    [pending({ nodeName: 'fargate-ip-10-0-1-2' }), 'p: Pending; its node pulls the images'],
    [pending({ schedulerName: 'default-scheduler' }, '0/0 nodes are available'), 'p: Pending; 0/0 nodes are available'],
  ])('%#', (pod, words) => expect(describePod(pod)).toBe(words));
});

test('what Fargate will never take is not waited for', () => {
  const refused = pending({}, 'Pod not supported on Fargate: fields not supported: HostNetwork');
  expect(hopelessIn([refused], ['fluentd'], false)?.why).toContain('HostNetwork');
  const later = 'Pod not supported on Fargate: volumes not supported: v not supported because: PVC v not bound';
  expect(hopelessIn([pending({}, later)], ['fluentd'], false)).toBeUndefined();
  expect(
    hopelessIn([pending({}, 'Fargate capacity is unavailable at this time.')], ['fluentd'], false),
  ).toBeUndefined();
});

const waiting = (reason: string, message: string): V1Pod => ({
  metadata: { name: 'p' },
  status: {
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'fluentd',
        image: 'i',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason, message } },
      },
    ],
  },
});

describe('a container that waits', () => {
  test.each<[reason: string, message: string, hopeless: boolean]>([
    ['CreateContainerConfigError', 'secret "elasticsearch" not found', true],
    ['CreateContainerConfigError', "couldn't find key username in Secret efk/elasticsearch", true],
    ['CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition', false],
    ['CreateContainerConfigError', 'failed to sync configmap cache: timed out waiting for the condition', false],
    ['CreateContainerError', 'exec: "nothing": executable file not found in $PATH', true],
    ['CreateContainerError', 'context deadline exceeded', false],
    ['CreateContainerError', 'failed to reserve container name "a_0": name "a_0" is reserved for "7c54"', false],
    ['ErrImagePull', 'rpc error: code = NotFound desc = failed to pull and unpack image "a:b": not found', true],
    ['ContainerCreating', '', false],
  ])('%s: %s', (reason, message, hopeless) => {
    const why = hopelessIn([waiting(reason, message)], ['fluentd'], false)?.why;
    expect(why).toBe(hopeless ? `${reason}: ${message}` : undefined);
  });

  test('is described with what the kubelet says of it', () =>
    expect(describePod(waiting('CreateContainerError', 'context deadline exceeded'))).toBe(
      'p: Pending; fluentd waits: CreateContainerError: context deadline exceeded',
    ));
});
