import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { until } from '../../core/condition.ts';
import { type Changer, changeConfig, TOUCH_AGAIN_MS } from './object-changes.ts';
import type { Prepared } from './prepare.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const prepared = {
  anatomy: {
    configMap: { metadata: { name: 'conf' }, data: {} },
    configKey: 'td-agent.conf',
    fluentd: { name: 'fluentd' },
  },
  conf: 'before',
} as unknown as Prepared;

/** A cluster whose pods see a changed ConfigMap with the touch of this number; undefined: never. */
function cluster(seenWith?: number) {
  const log: string[] = [];
  const done: string[] = [];
  const changer: Changer = {
    put: async () => void done.push('put'),
    async hurry() {
      done.push('touch');
      if (done.filter((what) => what === 'touch').length === seenWith) log.push('configuration reloaded');
    },
    fluentdLog: () => log,
    until: (condition, withinMs) => until(condition, { withinMs }),
    async rollOut() {
      done.push('roll out');
      return 'rollout restart';
    },
  };
  return { changer, done };
}

async function change({ changer }: ReturnType<typeof cluster>): Promise<string> {
  const words = changeConfig(changer, prepared, () => 'after');
  await vi.advanceTimersByTimeAsync(60_000);
  return words;
}

test('pods are touched again where the kubelet heard of the first touch before the ConfigMap', async () => {
  const kubelet = cluster(2);
  const begun = Date.now();
  expect(await change(kubelet)).toBe('ConfigMap conf changed: fluentd reloaded it in place');
  expect(kubelet.done).toEqual(['put', 'touch', 'touch']);
  expect(Date.now() - begun).toBeGreaterThan(TOUCH_AGAIN_MS);
});

test('pods whose fluentd does not reload are replaced', async () => {
  const kubelet = cluster();
  expect(await change(kubelet)).toBe('ConfigMap conf changed; it came into force by a rollout restart');
  expect(kubelet.done.at(-1)).toBe('roll out');
});
