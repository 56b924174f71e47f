import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../tools/shell.ts';
import { FileReader } from './file-reader.ts';

let folder: string;
let log: string;
let conf: string;
let reader: FileReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-reader-'));
  log = join(folder, 'app.log');
  conf = `<source>\n  @type tail\n  path ${folder}/*.log*\n  pos_file ${folder}/lines.pos\n</source>\n`;
  reader = new FileReader((script) => run(['sh', '-c', script]));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hex = (n: number) => n.toString(16).padStart(16, '0');
const entry = (position: string) => `${log}\t${position}\t${hex(statSync(log).ino)}\n`;

test('counts what is added, from the second reading on, and what fluentd has not read', async () => {
  writeFileSync(log, 'one\ntwo\nthree\n');
  writeFileSync(join(folder, 'lines.pos'), entry(hex(4)));
  const first = await reader.read(conf, 1000);
  expect(first).toMatchObject({ files: 1, bytes: 14, unreadBytes: 10 });
  expect(first.linesPerSecond).toBeUndefined();
  expect(Math.abs(first.writtenAt! - statSync(log).mtimeMs)).toBeLessThan(2);
  appendFileSync(log, 'four\nfive\nhalf');
  expect(await reader.read(conf, 3000)).toMatchObject({ linesPerSecond: 1, bytesPerSecond: 7, unreadBytes: 24 });
  appendFileSync(log, ' done\n');
  expect(await reader.read(conf, 4000)).toMatchObject({ linesPerSecond: 1, bytesPerSecond: 6 });
});

test('follows a file through its rotation; what fluentd is done with, or what is packed, is not unread', async () => {
  writeFileSync(log, 'one\n');
  writeFileSync(join(folder, 'lines.pos'), entry(hex(4)));
  await reader.read(conf, 1000);
  const done = entry('f'.repeat(16));
  renameSync(log, `${log}.1`);
  writeFileSync(log, 'two\nthree\n');
  writeFileSync(join(folder, 'app.log.2.gz'), 'packed');
  expect(await reader.read(conf, 2000)).toMatchObject({ files: 2, bytes: 14, unreadBytes: 10, linesPerSecond: 2 });
  writeFileSync(join(folder, 'lines.pos'), done);
  expect(await reader.read(conf, 3000)).toMatchObject({ unreadBytes: 10, linesPerSecond: 0 });
});

test('a file that fluentd let go of before the first reading is not unread', async () => {
  writeFileSync(log, 'one\n');
  writeFileSync(join(folder, 'lines.pos'), entry('f'.repeat(16)));
  expect(await reader.read(conf)).toMatchObject({ bytes: 4, unreadBytes: 0 });
});

test('begins a file anew that was emptied', async () => {
  writeFileSync(log, 'one\ntwo\n');
  await reader.read(conf, 1000);
  truncateSync(log);
  appendFileSync(log, 'new\n');
  expect(await reader.read(conf, 2000)).toMatchObject({ linesPerSecond: 1, bytesPerSecond: 4, unreadBytes: 4 });
});

test('says what is missing', async () => {
  await expect(reader.read(conf)).rejects.toThrow(`there is no file ${folder}/*.log* yet`);
  await expect(reader.read('<match **>\n@type stdout\n</match>')).rejects.toThrow('no <source> of type tail');
});
