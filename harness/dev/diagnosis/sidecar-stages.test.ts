import { describe, expect, test } from 'vitest';
import { readConf } from '../running-conf.ts';
import { judgeBuffer, readBuffer } from './buffer-stage.ts';
import { probed } from './fake-probe.ts';
import { judgeFile } from './file-stage.ts';
import { parseLog, reasonIn } from './fluentd-log.ts';
import { judgeParts } from './parts-stage.ts';
import { judgeRead } from './read-stage.ts';
import { FLUENTD, LOOKS, MONITOR } from './recorded.ts';
import { troubleOf } from './refusals.ts';
import { parseLook, type VolumeLook } from './volume-look.ts';

const LOG_FILE = '/app/log/docswave-app.log';
const conf = readConf(`
<source>
  @type tail_to_the_end
  path /app/log/*.log*
  exclude_path ["/app/log/*.gz"]
  pos_file /app/log/.fluentd/lines.pos
</source>`);
const application = (saw = 'running since 12 s', state: 'running' | 'ended' = 'running') =>
  ({ part: 'application', state, saw }) as const;
const look = parseLook(LOG_FILE, LOOKS.idle);
const seen = (change: Partial<NonNullable<VolumeLook['file']>>): VolumeLook => ({
  ...look,
  file: { ...look.file!, ...change },
});

describe('parts', () => {
  const parts = (['engine', 'edge', 'fluentd'] as const).map((part) => ({
    part,
    state: 'running' as const,
    saw: 'running',
  }));
  test('run, or the one that does not is named with its last words', () => {
    expect(judgeParts({ parts, words: undefined }).state).toBe('well');
    const ended = { part: 'fluentd' as const, state: 'ended' as const, saw: 'ended with exit code 1' };
    const words = {
      part: 'fluentd' as const,
      lines: ['config error file=/etc/td-agent/td-agent.conf'],
      byHand: 'docker compose logs fluentd-sidecar',
    };
    expect(judgeParts({ parts: [...parts.slice(0, 2), ended], words })).toMatchObject({
      problem: 'part not running',
      saw: 'fluentd does not run: ended with exit code 1',
      evidence: ['fluentd: config error file=/etc/td-agent/td-agent.conf'],
      mend: expect.stringContaining('docker compose logs fluentd-sidecar tells why'),
    });
    const starting = { part: 'fluentd' as const, state: 'starting' as const, saw: 'running since 2 s, starting' };
    expect(judgeParts({ parts: [...parts.slice(0, 2), starting], words })).toMatchObject({
      saw: 'fluentd is not up yet: running since 2 s, starting',
      mend: expect.stringContaining('ask again once it is up'),
    });
  });
});

describe('file', () => {
  const judge = (of: VolumeLook, app: ReturnType<typeof application> = application()) =>
    judgeFile({ look: of, conf, application: app });

  test('is written, or was not lately, which breaks nothing', () => {
    expect(judge(seen({ writtenAt: look.now - 1000 })).state).toBe('well');
    expect(judge(look)).toMatchObject({ state: 'warning', problem: 'nothing written lately' });
  });
  test('is written by rotation, too: an empty one beside one with lines is well', () => {
    const others = [{ path: `${LOG_FILE}.1`, bytes: 10, writtenAt: look.now }];
    expect(judge({ ...seen({ bytes: 0 }), others }).state).toBe('well');
    expect(judge(seen({ bytes: 0 }))).toMatchObject({ state: 'broken', problem: 'file not written' });
  });
  test('is missing', () => {
    const missing = { ...parseLook(LOG_FILE, LOOKS.missing), application: LOOKS.missingToApplication };
    expect(judge(missing)).toMatchObject({ state: 'broken', problem: 'file not written' });
  });
  test('is another one than fluentd follows', () => {
    const moved = { ...parseLook(LOG_FILE, LOOKS.moved), application: LOOKS.missingToApplication };
    expect(judge(moved)).toMatchObject({
      problem: 'path wrong',
      evidence: expect.arrayContaining([expect.stringContaining('/app/log/app.txt')]),
    });
  });
  test('is on a volume that the containers do not share, or in a folder that fluentd may not look into', () => {
    const missing = {
      ...parseLook(LOG_FILE, LOOKS.missing),
      application: `-rw-r--r-- 1 node node 10 Nov 25 20:00 ${LOG_FILE}`,
    };
    expect(judge(missing)).toMatchObject({ problem: 'path wrong', saw: expect.stringContaining('share no volume') });
    expect(judge({ ...missing, folder: { ...missing.folder, open: false } })).toMatchObject({
      problem: 'permission wrong',
    });
  });
  test('has an application that ended', () => {
    expect(judge(look, application('ended with exit code 1', 'ended')).problem).toBe('application not running');
    expect(judge(look, application('ended with exit code 0', 'ended')).problem).toBe('nothing written lately');
  });
});

describe('read', () => {
  const buffer = readBuffer(MONITOR.well);
  const judge = (of: VolumeLook, more: Partial<Parameters<typeof judgeRead>[0]> = {}) =>
    judgeRead({ look: of, conf, log: [], buffer, ...more });

  test('follows the file', () => {
    expect(judge(look).state).toBe('well');
    expect(judge(look, { probe: probed('read') }).state).toBe('well');
    expect(judge(seen({ bytes: look.position! }), {}).state).toBe('well');
  });
  test('follows another path', () => {
    expect(judge(look, { conf: { ...conf, follows: ['/app/logs/*.log*'] } }).problem).toBe('path wrong');
    expect(judge(look, { conf: { ...conf, excludes: ['/app/log/docswave*'] } }).problem).toBe('path wrong');
  });
  test('may not read', () => {
    expect(judge(parseLook(LOG_FILE, LOOKS.unreadable))).toMatchObject({
      problem: 'permission wrong',
      evidence: expect.arrayContaining([expect.stringMatching(/mode 600, owner 1000/)]),
    });
  });
  test('stands behind the end, and did not read the probe', () => {
    const cut = seen({ bytes: 202 });
    expect(judge(cut, { probe: probed('written') })).toMatchObject({
      problem: 'pos_file ahead',
      saw: expect.stringContaining('byte 1257'),
      evidence: ['pos_file /app/log/.fluentd/lines.pos: 1257 (0x4e9)'],
    });
    expect(judge(cut, { probe: probed('read') }).state).toBe('well');
    expect(judge(seen({ bytes: 1257 }), { probe: probed('written') }).problem).toBe('not read');
  });
  test('drops what it cannot parse', () => {
    expect(judge(look, { log: parseLog([FLUENTD.unparsed]) })).toMatchObject({
      problem: 'parse error',
      saw: expect.stringContaining('1 lately'),
    });
  });
  test('did not read the probe; a full buffer tells why', () => {
    expect(judge(look, { probe: probed('written') })).toMatchObject({ state: 'broken', problem: 'not read' });
    expect(judge(look, { probe: probed('written'), buffer: readBuffer(MONITOR.full) })).toMatchObject({
      state: 'warning',
    });
  });
});

describe('buffer', () => {
  test('has room, or is full, with what keeps it from draining', () => {
    expect(judgeBuffer({ buffer: readBuffer(MONITOR.well), log: [], read: true, cause: undefined }).state).toBe('well');
    const cause = troubleOf(reasonIn(FLUENTD.unavailable));
    const log = parseLog([FLUENTD.bufferFull]);
    expect(judgeBuffer({ buffer: readBuffer(MONITOR.full), log, read: false, cause })).toMatchObject({
      problem: 'buffer full',
      evidence: [
        expect.stringContaining('buffer overflow'),
        expect.stringContaining('does not drain'),
        expect.stringContaining('[503]'),
      ],
    });
  });
  test('lies on a disk that is full', () => {
    const full = { buffer: readBuffer(MONITOR.well), log: parseLog([FLUENTD.diskFull]), cause: undefined };
    expect(judgeBuffer({ ...full, read: false }).problem).toBe('disk full');
    expect(judgeBuffer({ ...full, read: true }).state).toBe('well');
  });
  test('of a fluentd without monitor_agent is not told of', () => {
    expect(judgeBuffer({ buffer: readBuffer(undefined), log: [], read: true, cause: undefined })).toMatchObject({
      state: 'well',
      saw: expect.stringContaining('does not tell'),
    });
  });
});
