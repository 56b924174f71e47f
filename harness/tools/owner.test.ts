import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ownerOfThis, stateOf } from './owner.ts';

const part = (owner: string, at: number, value: string) => owner.split('/').with(at, value).join('/');

test('this process is alive, and its owner is a word that a label can hold', async () => {
  const owner = await ownerOfThis();
  expect(owner).toMatch(/^[\w.-]+\/\d*\/\d+\/[\w.-]+$/);
  expect(owner).toBe(await ownerOfThis());
  expect(await stateOf(owner)).toBe('alive');
});

test('a process that has ended is dead, and so is one whose pid another has now', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const start = await stateOf(part(await ownerOfThis(), 2, String(child.pid)));
  // The child's pid with our start: another process.
  expect(start).toBe('dead');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await stateOf(part(await ownerOfThis(), 2, String(child.pid)))).toBe('dead');
  expect(await stateOf(part(await ownerOfThis(), 3, ''))).toBe('dead');
});

test('of another machine, or another pid namespace, nothing is known', async () => {
  const owner = await ownerOfThis();
  expect(await stateOf(part(owner, 0, 'another-host'))).toBe('elsewhere');
  expect(await stateOf(part(owner, 1, '1'))).toBe('elsewhere');
});
