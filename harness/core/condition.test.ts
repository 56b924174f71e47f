import { expect, test } from 'vitest';
import { ConditionTimeout, until } from './condition.ts';

test('returns the value once the condition holds', async () => {
  let looks = 0;
  const look = () => (++looks < 3 ? { met: false as const, saw: 'not yet' } : { met: true as const, value: looks });
  await expect(until({ name: 'three looks', look }, { withinMs: 1000, everyMs: 1 })).resolves.toBe(3);
});

test('a wait that fails says what it waited for and what it saw last', async () => {
  const wait = until({ name: 'the moon', look: () => ({ met: false, saw: 'clouds' }) }, { withinMs: 20, everyMs: 5 });
  await expect(wait).rejects.toThrow(/still waiting for the moon .* last saw: clouds/);
  await expect(wait).rejects.toBeInstanceOf(ConditionTimeout);
});

test('an abort ends the wait with its reason', async () => {
  const controller = new AbortController();
  const wait = until(
    { name: 'x', look: () => ({ met: false, saw: '' }) },
    { withinMs: 10_000, everyMs: 5000, signal: controller.signal },
  );
  controller.abort(new Error('enough'));
  await expect(wait).rejects.toThrow('enough');
});
