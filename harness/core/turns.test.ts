import { expect, test } from 'vitest';
import { pause } from './condition.ts';
import { Turns } from './turns.ts';

/** Runs works in the order given, and tells when each began and ended. */
async function told(works: readonly (readonly ['alone' | 'beside', string])[]): Promise<string[]> {
  const turns = new Turns();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await pause(5);
    events.push(`${name} ends`);
    if (name.includes('fails')) throw new Error(name);
  };
  await Promise.allSettled(works.map(([how, name]) => turns[how](work(name))));
  return events;
}

test('what may run side by side does', async () => {
  expect(
    await told([
      ['beside', 'a'],
      ['beside', 'b'],
    ]),
  ).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
});

test('what runs alone waits for what began before, one after another, and what comes later waits for it', async () => {
  const events = await told([
    ['beside', 'a'],
    ['alone', 'b'],
    ['alone', 'c'],
    ['beside', 'd'],
  ]);
  expect(events).toEqual(['a', 'b', 'c', 'd'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('what fails makes room', async () => {
  const events = await told([
    ['beside', 'a fails'],
    ['alone', 'b fails'],
    ['alone', 'c'],
    ['beside', 'd'],
  ]);
  expect(events.at(-1)).toBe('d ends');
});
