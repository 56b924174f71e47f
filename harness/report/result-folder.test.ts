import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { EnvironmentError } from '../core/trouble.ts';
import { pointLatestAt, whyUnwritten, writeTogether } from './result-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
});

describe('the files of a result folder', () => {
  test('are all there', () => {
    writeTogether(join(folder, 'a', 'b'), { 'results.json': '{}', 'report.md': '#' });
    expect(readdirSync(join(folder, 'a', 'b')).sort()).toEqual(['report.md', 'results.json']);
  });

  // A write to /dev/full ends as one to a full disk does.
  test.skipIf(!existsSync('/dev/full'))('are none of them there when the disk is full, and the cause is said', () => {
    symlinkSync('/dev/full', join(folder, 'report.html.part'));
    const write = () => writeTogether(folder, { 'results.json': '{"outcome":"pass"}', 'report.html': '<html>' });
    expect(write).toThrow(EnvironmentError);
    symlinkSync('/dev/full', join(folder, 'report.html.part'));
    expect(write).toThrow(/result folder .* cannot be written: ENOSPC: no space left on device/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what is wrong with something else is not blamed on the folder', () => {
    expect(whyUnwritten(new Error('the API server is gone'), folder)).toBeUndefined();
    expect(whyUnwritten(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), folder)).toBeUndefined();
    expect(() => writeTogether(folder, { 'x\0': '' })).toThrow(/null bytes/);
  });
});

test('latest points at the newest result, in one step', () => {
  for (const name of ['first', 'second']) {
    mkdirSync(join(folder, name));
    writeTogether(join(folder, name), { 'results.json': name });
    pointLatestAt(join(folder, name));
    expect(readlinkSync(join(folder, 'latest'))).toBe(name);
    expect(readFileSync(join(folder, 'latest', 'results.json'), 'utf8')).toBe(name);
  }
  expect(readdirSync(folder).sort()).toEqual(['first', 'latest', 'second']);
});
