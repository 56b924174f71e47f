import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordLine } from '../../core/record.ts';
import { run as command } from '../../tools/shell.ts';
import { surveyPlanOf } from './survey-plan.ts';
import { surveyVolume } from './survey-volume.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const line = (stream: string, seq: number) =>
  `${recordLine('json', { run: 'r1', stream, seq }, new Date(0).toISOString(), 20)}\n`;
const lines = (stream: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => line(stream, from + i)).join('');

describe('where a configuration keeps what it knows', () => {
  test('delivered', () => {
    expect(surveyPlanOf(readFileSync(join(ROOT, 'fluentd', 'td-agent.conf'), 'utf8'))).toEqual({
      logs: ['/app/log/*.log*'],
      positions: ['/app/log/.fluentd/lines.pos'],
      buffers: ['/app/log/.fluentd/buffer', '/app/log/.fluentd/dead-letters.buffer'],
      deadLetters: ['/app/log/.fluentd/dead-letters'],
      fromHead: true,
    });
  });
  test('as-written', () => {
    expect(surveyPlanOf(readFileSync(join(ROOT, 'manifests', 'as-written', 'configmap.yaml'), 'utf8'))).toEqual({
      logs: ['/app/log/docswave-app.log*'],
      positions: ['/var/log/docswave-app.log.pos'],
      buffers: [],
      deadLetters: [],
      fromHead: false,
    });
  });
  test('lists, quotes, and what fluentd fills in', () => {
    const conf =
      '<source>\n @type "tail"\n path "/a/#{ENV[\'X\']}.log, /b/%Y/c d.log"\n read_from_head true\n</source>\n<source>\n @type tail\n path /e.log\n</source>';
    expect(surveyPlanOf(conf)).toMatchObject({ logs: ['/a/*.log*', '/b/*/c?d.log*', '/e.log*'], fromHead: false });
  });
});

describe.runIf(process.platform === 'linux')('a volume', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'survey-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const shell = (script: string) => command(['sh', '-c', script]);
  const plan = () => ({
    logs: [`${folder}/*.log*`],
    positions: [`${folder}/.fluentd/lines.pos`],
    buffers: [`${folder}/.fluentd/buffer`, `${folder}/.fluentd/dead-letters.buffer`],
    deadLetters: [`${folder}/.fluentd/dead-letters`],
    fromHead: true,
  });

  test('tells which records lie on either side of the position, in chunks and among the dead letters', async () => {
    const [log, rotated] = [join(folder, 'app.log'), join(folder, 'app.log.1')];
    const width = line('pod.m.1', 0).length;
    // A process that was killed leaves a torn line; the next one goes on in the same file with a stream of its own.
    writeFileSync(log, `${lines('pod.m.1', 3, 10)}${line('pod.m.1', 10).slice(0, 20)}`);
    appendFileSync(log, lines('pod.n.1', 0, 5));
    writeFileSync(rotated, lines('pod.m.1', 0, 3));
    mkdirSync(join(folder, '.fluentd', 'buffer'), { recursive: true });
    const position = (path: string, at: string, inode: number) =>
      `${path}\t${at}\t${inode.toString(16).padStart(16, '0')}\n`;
    const hex = (at: number) => at.toString(16).padStart(16, '0');
    const [inode, old] = [statSync(log).ino, statSync(rotated).ino];
    writeFileSync(
      join(folder, '.fluentd', 'lines.pos'),
      position(log, hex(width * 4), inode) + position(log, 'ffffffffffffffff', old) + position(log, hex(9), old + 1000),
    );
    // As a chunk holds it: MessagePack, the id twice a record.
    const packed = [7, 8].map(
      (seq) => `\x92\xce\x00${line('pod.m.1', seq)}\xafr1/pod.m.1/${String(seq).padStart(9, '0')}`,
    );
    writeFileSync(join(folder, '.fluentd', 'buffer', 'buffer.b1.log'), packed.join('\0'), 'latin1');
    writeFileSync(join(folder, '.fluentd', 'buffer', 'buffer.b1.log.meta'), line('pod.m.1', 9));
    writeFileSync(
      join(folder, '.fluentd', 'dead-letters.20260101.log'),
      `${line('pod.m.1', 5)}${line('other.m.1', 1)}`,
    );
    const survey = await surveyVolume('r1', plan(), shell);
    const m = (from: number, to: number) => ({ stream: 'pod.m.1', from, to });
    expect(survey).toEqual({
      files: [
        {
          path: log,
          inode,
          bytes: statSync(log).size,
          position: width * 4,
          before: [m(3, 7)],
          behind: [m(7, 10), { stream: 'pod.n.1', from: 0, to: 5 }],
        },
        { path: rotated, inode: old, bytes: width * 3, before: [], behind: [m(0, 3)] },
      ],
      chunks: [{ path: join(folder, '.fluentd', 'buffer', 'buffer.b1.log'), records: [m(7, 9)] }],
      deadLetters: [
        {
          path: join(folder, '.fluentd', 'dead-letters.20260101.log'),
          records: [m(5, 6), { stream: 'other.m.1', from: 1, to: 2 }],
        },
      ],
    });
  });

  test('is empty before anything is written', async () => {
    expect(await surveyVolume('r1', plan(), shell)).toEqual({ files: [], chunks: [], deadLetters: [] });
  });

  test('without the tools it is no empty volume but an error', async () => {
    const bare = (script: string) => shell(`PATH=/nowhere; ${script}`);
    await expect(surveyVolume('r1', plan(), bare)).rejects.toThrow();
  });
});
