import { describe, expect, test } from 'vitest';
import { type AcceptedEvidence, judgeAccepted } from './accepted-stage.ts';
import { readEngine } from './engine-look.ts';
import { probed } from './fake-probe.ts';
import { parseLog, reasonIn } from './fluentd-log.ts';
import { ENGINE, FLUENTD, LOOKS } from './recorded.ts';
import { troubleOf } from './refusals.ts';
import { judgeSearchable, lastLineOf } from './searchable-stage.ts';
import { judgeSent } from './sent-stage.ts';
import { parseLook } from './volume-look.ts';

describe('sent', () => {
  const judge = (more: Partial<Parameters<typeof judgeSent>[0]>) =>
    judgeSent({
      probe: probed('read'),
      failure: undefined,
      requests: { came: 0, answered: 0 },
      endpoint: 'http://edge:9200',
      held: 'domain: 1 chunks',
      log: [],
      ...more,
    });

  test('comes to the domain, or says why not', () => {
    expect(judge({ probe: probed('accepted') }).state).toBe('well');
    expect(judge({ failure: troubleOf(reasonIn(FLUENTD.dns)) })).toMatchObject({
      problem: 'DNS',
      evidence: expect.arrayContaining(['fluentd sends to http://edge:9200']),
    });
    expect(judge({ failure: troubleOf(reasonIn(FLUENTD.throttled)) }).state).toBe('well');
  });
  test('is well for as long as keys are that STS does not renew', () => {
    const log = parseLog([FLUENTD.lastKeys]);
    expect(judge({ probe: probed('accepted'), log })).toMatchObject({
      state: 'warning',
      problem: 'no keys',
      evidence: [expect.stringContaining('are used on until 2026-11-28T23:23:23Z')],
    });
    expect(judge({ failure: troubleOf(reasonIn(FLUENTD.stsAway)), log })).toMatchObject({ state: 'broken' });
  });
  test('waits for an answer, or was not sent, or there was nothing to send', () => {
    expect(judge({ requests: { came: 2, answered: 0 } }).problem).toBe('no answer');
    expect(judge({}).problem).toBe('not sent');
    expect(judge({ probe: probed('written') }).state).toBe('unknown');
  });
});

describe('accepted', () => {
  const nothing: AcceptedEvidence = {
    probe: probed('read'),
    failure: undefined,
    items: {},
    refusals: {},
    engine: { blocks: [], refresh: [] },
    log: [],
    sentAt: Date.parse('2026-11-25T20:18:57.500Z'),
  };
  const judge = (more: Partial<AcceptedEvidence>) => judgeAccepted({ ...nothing, ...more });

  test('is well with the probe taken, and unknown where nothing came', () => {
    expect(judge({ probe: probed('accepted'), items: { 201: 4, 409: 1 } }).state).toBe('well');
    expect(judge({}).state).toBe('unknown');
  });
  test('names refused requests by the words of the domain, and tells how many the edge counted', () => {
    const failure = troubleOf(reasonIn(FLUENTD.wrongKey));
    expect(judge({ failure, refusals: { 'unknown key': 3 } })).toMatchObject({
      problem: 'signature refused',
      evidence: expect.arrayContaining(['edge: 3 requests refused: unknown key']),
    });
    expect(judge({ refusals: { 'status 418': 3 } }).problem).toBe('refused');
  });
  test('names a block of the engine, about which fluentd is silent', () => {
    const engine = readEngine(ENGINE.blocked, {});
    expect(engine.blocks).toEqual([expect.stringMatching(/^logstash-.*: index\.blocks\.write = true$/)]);
    expect(judge({ items: { 403: 7 }, engine })).toMatchObject({
      problem: 'index blocked',
      evidence: ['edge: 7 records refused with 403', `engine: ${engine.blocks[0]}`],
    });
    expect(judge({ items: { 403: 7 } }).problem).toBe('role not mapped');
    expect(judge({ items: { 429: 7 } }).problem).toBe('throttled');
    expect(
      judge({
        items: { 429: 7 },
        engine: readEngine({}, { transient: { 'cluster.blocks.read_only_allow_delete': 'true' } }),
      }).problem,
    ).toBe('index blocked');
  });
  test('leaves an old index alone that is blocked and gets nothing', () => {
    expect(judge({ probe: probed('accepted'), engine: readEngine(ENGINE.blocked, {}) }).state).toBe('well');
  });
  test('names a mapping conflict, also of a field that the probe has not', () => {
    const log = parseLog([FLUENTD.conflict]);
    expect(judge({ items: { 400: 1 }, log })).toMatchObject({
      problem: 'mapping conflict',
      evidence: [
        'edge: 1 record refused with 400',
        expect.stringContaining('failed to parse field [level] of type [long]'),
      ],
    });
    expect(judge({ probe: probed('accepted'), log })).toMatchObject({ state: 'broken', problem: 'mapping conflict' });
    expect(judge({ probe: probed('accepted'), log, sentAt: Date.parse('2026-11-25T20:19:00Z') })).toMatchObject({
      state: 'warning',
      problem: 'mapping conflict',
    });
    expect(judge({ log: parseLog([FLUENTD.aside]) }).problem).toBe('mapping conflict');
  });
});

describe('searchable', () => {
  const engine = { blocks: [], refresh: ['logstash-2026.11.25: index.refresh_interval = -1'] };
  const writtenAt = Date.parse('2026-11-25T12:00:00Z');
  const last = (timestamp: string) => ({ line: 'a line', writtenAt, index: 'logstash-2026.11.25', timestamp });
  const judge = (timestamp: string | undefined, probe = probed('searchable')) =>
    judgeSearchable({ probe, engine, lastLine: timestamp === undefined ? undefined : last(timestamp) });

  test('is found at its time', () => {
    expect(judge(undefined).state).toBe('well');
    expect(judge('2026-11-25T11:59:58.100+00:00').state).toBe('well');
    expect(judge('2026-11-25T21:00:00+09:00').state).toBe('well');
    // Some loggers hold lines back.
    expect(judge('2026-11-25T11:50:00.000Z').state).toBe('well');
  });
  test('is found in another time zone', () => {
    expect(judge('2026-11-25T21:00:00.000Z')).toMatchObject({
      problem: 'time zone',
      saw: expect.stringContaining('9h 0m 0s ahead'),
      mend: expect.stringContaining('now+9h'),
    });
    expect(judge('2026-11-25T03:00:10.000Z')).toMatchObject({
      problem: 'time zone',
      saw: expect.stringContaining('9h 0m 0s behind'),
    });
    expect(judge('2026-11-25T17:30:00.000Z').problem).toBe('time zone');
  });
  test('is found at a time of another clock', () => {
    expect(judge('2026-11-25T12:07:00.000Z').problem).toBe('clock');
    expect(judge('2026-11-20T12:00:00.000Z').problem).toBe('clock');
  });
  test('is taken and not found', () => {
    expect(judge(undefined, probed('accepted'))).toMatchObject({
      problem: 'not searchable',
      evidence: ['engine: logstash-2026.11.25: index.refresh_interval = -1'],
    });
    expect(judge(undefined, probed('read')).state).toBe('unknown');
  });
  const look = parseLook('/app/log/docswave-app.log', LOOKS.idle);
  test('goes by the last line of the application, where none of a probe came after it', () => {
    expect(lastLineOf({ ...look, lastLines: ['a', 'b'] })).toEqual({ line: 'b', writtenAt: look.file?.writtenAt });
    expect(
      lastLineOf({ ...look, lastLines: ['a', '{"time":"","level":"info","id":"probe1/probe.0.0/000000000"}'] }),
    ).toBeUndefined();
    expect(lastLineOf({ ...look, lastLines: [] })).toBeUndefined();
  });
});
