import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WORLD } from './fake-account.ts';
import { readWorld } from './world-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'world-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(world: object): string {
  const path = join(folder, 'world.json');
  writeFileSync(path, JSON.stringify(world));
  return path;
}

test('reads a world as it was written', () => {
  expect(readWorld(file(WORLD))).toEqual(WORLD);
});

test('names everything that is wrong, and no secret', () => {
  const wrong = { ...WORLD, account: '1', pods: { ...WORLD.pods, role: 'pods' }, sessionSeconds: 0, more: 1 };
  const read = () => readWorld(file(wrong));
  expect(read).toThrow(/does not describe an account/);
  for (const words of ['account', 'pods.role', 'sessionSeconds', '"more"']) expect(read).toThrow(words);
  expect(read).not.toThrow(/person-secret|registry-token/);
});
