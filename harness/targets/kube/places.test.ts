import { afterEach, expect, test, vi } from 'vitest';
import type { Observation } from '../../core/condition.ts';
import { Places } from './places.ts';

afterEach(() => {
  vi.useRealTimers();
});

const { signal } = new AbortController();

/** Pods of a deployment, which are there until told otherwise. */
function pods() {
  const state = { gone: false, looks: 0 };
  const look = (): Observation<void> => {
    state.looks++;
    return state.gone ? { met: true, value: undefined } : { met: false, saw: 'p: Running' };
  };
  return Object.assign(state, { condition: { name: 'the pods to be gone', look } });
}

test('the first free place is given out; one that was left is free once, however often it is left', async () => {
  const places = new Places(2, () => {});
  expect(places.idle).toBe(true);
  const [first, second] = [await places.take(signal), await places.take(signal)];
  expect([first.index, second.index]).toEqual([0, 1]);
  await expect(places.take(signal)).rejects.toThrow('all 2 lanes are taken');
  first.leave();
  const third = await places.take(signal);
  expect(third.index).toBe(0);
  first.leave();
  await expect(places.take(signal)).rejects.toThrow('all 2 lanes are taken');
  third.leave();
  second.leave();
  expect(places.idle).toBe(true);
});

test('a place is free again once the pods in it are gone, which is told once; meanwhile the others are used', async () => {
  const remarks: string[] = [];
  const places = new Places(2, (line) => remarks.push(line));
  const [first, second] = [await places.take(signal), await places.take(signal)];
  const staying = pods();
  first.leaveAfter(staying.condition, 'p stays');
  // As a target does that could not deploy.
  first.leave();
  const waiting = places.take(signal);
  second.leave();
  expect((await waiting).index).toBe(1);
  const next = places.take(signal);
  await vi.waitFor(() => expect(staying.looks).toBeGreaterThan(1), 5000);
  staying.gone = true;
  expect((await next).index).toBe(0);
  expect(remarks).toEqual(['! p stays; their lane is used again once they are gone']);
});

test('a place whose pods stay is lost in the end; without any other there is none to wait for', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const places = new Places(1, () => {});
  (await places.take(signal)).leaveAfter(pods().condition, 'p stays');
  const waiting = places.take(signal);
  expect(places.lost).toBe(false);
  vi.advanceTimersByTime(600_000);
  await expect(waiting).rejects.toThrow('no lane is left: p stays');
  await expect(waiting).rejects.toMatchObject({ name: 'EnvironmentError' });
  expect(places.lost).toBe(true);
});

test('nobody is waited for after the end, or by somebody who has enough of it', async () => {
  const places = new Places(1, () => {});
  const staying = pods();
  (await places.take(signal)).leaveAfter(staying.condition, 'p stays');
  const interrupted = new AbortController();
  const reason = new Error('Ctrl-C');
  const waiting = places.take(interrupted.signal);
  interrupted.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  places.close();
  await expect(places.take(signal)).rejects.toThrow('no lane is left: p stays');
  expect(staying.looks).toBe(1);
});
