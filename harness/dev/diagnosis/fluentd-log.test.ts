import { describe, expect, test } from 'vitest';
import { currentLines, failureOf, parseLog, reasonIn } from './fluentd-log.ts';
import { FLUENTD } from './recorded.ts';

const START = '2026-11-25 15:37:00 +0000 [info]: fluentd worker is now running worker=0';
const SUCCEEDED =
  '2026-11-25 15:37:40 +0000 [warn]: [domain] retry succeeded. chunk_id="6611b9aa0378464ea4990f7427258918"';

describe('the log of fluentd', () => {
  test('is read line by line, whatever stands before a line; stack traces are left out', () => {
    const lines = parseLog([`fluentd-sidecar-1  | ${FLUENTD.dns}`, '  2026-11-25 backtrace', FLUENTD.elasticsearch413]);
    expect(lines.map(({ at, level }) => [new Date(at).toISOString(), level])).toEqual([
      ['2026-11-25T15:37:27.000Z', 'warn'],
      ['2026-11-25T12:44:56.000Z', 'warn'],
    ]);
    expect(lines[1]?.text).toMatch(/^failed to flush/);
  });

  test('gives the reason of a failure without the words of the plugin', () => {
    const reasons = [
      FLUENTD.dns,
      FLUENTD.elasticsearch413,
      FLUENTD.wrongKey,
      FLUENTD.tlsElasticsearch,
      FLUENTD.outOfBuffer,
    ];
    expect(reasons.map(reasonIn)).toEqual([
      'no address for domain (Resolv::ResolvError)',
      '[413] {"Message":"Request size exceeded 10485760 bytes"}',
      '[403] {"message":"The security token included in the request is invalid."}',
      'SSL_connect returned=1 errno=0 peeraddr=10.43.201.126:9200 state=error: no protocols available (OpenSSL::SSL::SSLError)',
      'buffer is full.',
    ]);
  });

  test('counts from when the configuration came into force, and no longer back than asked', () => {
    const lines = parseLog([FLUENTD.dns, START.replace('15:37:00', '15:37:30'), SUCCEEDED]);
    expect(currentLines(lines, 0).map(({ text }) => text)).toEqual([expect.stringContaining('retry succeeded')]);
    expect(currentLines(lines, Date.parse('2026-11-25T15:37:40.999Z'))).toHaveLength(1);
    expect(currentLines(lines, Date.parse('2026-11-25T15:37:41Z'))).toEqual([]);
  });

  test('tells of a failure until a retry succeeds', () => {
    expect(failureOf(parseLog([START, FLUENTD.dns, FLUENTD.dns]))).toMatchObject({
      times: 2,
      reason: expect.stringContaining('no address'),
    });
    expect(failureOf(parseLog([START, FLUENTD.dns, SUCCEEDED]))).toBeUndefined();
    expect(failureOf(parseLog([START]))).toBeUndefined();
  });
});
