import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

let folder: string;
let file: LogFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-file-'));
  file = new LogFile(join(folder, 'app.log'), 2);
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true });
});

function write(text: string): void {
  expect(file.append(Buffer.from(text), 0, text.length)).toBe(text.length);
}

const contents = () =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

test.each(['rename', 'copytruncate'] as const)('%s shifts what was rotated before and keeps so many', (how) => {
  for (const text of ['a', 'b', 'c', 'd']) {
    write(text);
    if (text !== 'd') file.rotate(how);
  }
  expect(contents()).toEqual({ 'app.log': 'd', 'app.log.1': 'c', 'app.log.2': 'b' });
});

test('delete-and-create leaves nothing of what was there', () => {
  write('a');
  file.rotate('delete-and-create');
  expect(existsSync(file.path)).toBe(false);
  write('b');
  expect(contents()).toEqual({ 'app.log': 'b' });
});

test('a rotation that failed half-way may be tried again and moves nothing twice', () => {
  write('a');
  file.rotate('rename');
  write('b');
  unlinkSync(file.path);
  expect(() => file.rotate('rename')).toThrow('ENOENT');
  write('c');
  file.rotate('rename');
  expect(contents()).toEqual({ 'app.log.1': 'c', 'app.log.2': 'a' });
});
