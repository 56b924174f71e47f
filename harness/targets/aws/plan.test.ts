import { describe, expect, test } from 'vitest';
import { FARGATE_PRICE } from '../../core/fargate.ts';
import type { Scenario } from '../../core/scenario.ts';
import { deliveredOnAws } from './fake-run.ts';
import { planOf, sizeOf, workOf } from './plan.ts';

const SCENARIO = { name: 's', title: '', why: '', rows: [1], load: { linesPerSecond: 10, for: '60s' } };
const scenario = (over: object = {}) => ({ ...SCENARIO, ...over }) as never as Scenario;
const fault = (name: string, at: string) => ({ name, at, act: async () => undefined }) as never;

describe('the work of a scenario', () => {
  test('lasts as long as its load or its last fault, and longer by each pod that is replaced', () => {
    const ms = (over: object) => workOf([scenario(over)])[0]!.ms;
    expect(ms({})).toBe(60_000);
    expect(ms({ faults: [fault('SIGKILL to fluentd', '90s')] })).toBe(90_000);
    expect(ms({ faults: [fault('SIGKILL to fluentd', 'after')] })).toBe(60_000);
    expect(ms({ faults: [fault('the pod is evicted', '10s')] })).toBe(60_000 + 150_000);
  });

  test('takes the pods of every application, and collectors', () => {
    const [one] = workOf([scenario({ setup: { pods: 2, applications: 3, collectors: 2 }, alone: true })]);
    expect(one).toMatchObject({ pods: 8, alone: true, edge: false });
  });
});

describe('what a run will probably take', () => {
  const own = deliveredOnAws();
  const work = (edge: boolean) => [{ ms: 60_000, pods: 2, alone: false, edge }];

  test('is priced with an edge where one is needed, and counts the vCPU that is there at once', () => {
    const [without, behind] = [false, true].map((edge) => planOf(work(edge), own, 3, FARGATE_PRICE));
    expect([without!.podsAtOnce, behind!.podsAtOnce]).toEqual([2, 3]);
    expect(behind!.dollars).toBeGreaterThan(without!.dollars);
    expect(without!.vcpuAtOnce).toBe(2 * sizeOf(own).vcpu);
  });

  test('cannot be told of a pod that Fargate has no size for', () => {
    const big = structuredClone(own.anatomy);
    big.deployment.spec!.template.spec!.containers[0]!.resources = { requests: { cpu: '64', memory: '1Gi' } };
    expect(() => planOf(work(false), { anatomy: big, parts: [] }, 3, FARGATE_PRICE)).toThrow(
      /^Deployment \S+: Fargate has no pod of that size; see npm run doctor -- --manifests$/,
    );
  });
});
