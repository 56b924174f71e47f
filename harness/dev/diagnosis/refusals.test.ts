import { describe, expect, test } from 'vitest';
import { refusalNamed } from '../../edge/answers.ts';
import { reasonIn } from './fluentd-log.ts';
import { DOMAIN, FLUENTD } from './recorded.ts';
import { troubleOf } from './refusals.ts';

describe('what an output fails of', () => {
  const words: [keyof typeof FLUENTD, string, string][] = [
    ['dns', 'sent', 'DNS'],
    ['tlsReset', 'sent', 'TLS'],
    ['tlsElasticsearch', 'sent', 'TLS'],
    ['noAnswer', 'sent', 'no answer'],
    ['reset', 'sent', 'no connection'],
    ['broke', 'sent', 'no connection'],
    ['wrongKey', 'accepted', 'signature refused'],
    ['expired', 'accepted', 'key expired'],
    ['clock', 'accepted', 'clock'],
    ['elasticsearch413', 'accepted', 'body too large'],
    ['throttled', 'accepted', 'throttled'],
    ['rejected', 'accepted', 'throttled'],
    ['unavailable', 'accepted', 'domain away'],
    ['badGateway', 'accepted', 'domain away'],
    ['blocked', 'accepted', 'index blocked'],
    ['aside', 'accepted', 'mapping conflict'],
    ['typeParameter', 'accepted', 'refused'],
    ['outOfBuffer', 'buffer', 'buffer full'],
  ];
  test.each(words)('is known from what fluentd said: %s', (name, stage, problem) => {
    const trouble = troubleOf(reasonIn(FLUENTD[name]));
    expect(trouble).toMatchObject({ stage, problem });
    expect(trouble.mend).not.toBe('');
    expect(trouble.evidence).toHaveLength(1);
  });

  test('is told apart where AWS answers 403', () => {
    const of = (body: string) => troubleOf(`[403] ${body}`).problem;
    expect(of(refusalNamed('wrong signature').body)).toBe('signature refused');
    expect(of(refusalNamed('unknown key').body)).toBe('signature refused');
    expect(of(refusalNamed('expired token').body)).toBe('key expired');
    expect(of(refusalNamed('not authorized').body)).toBe('access policy');
    expect(of(refusalNamed('cluster block').body)).toBe('index blocked');
    expect(of(DOMAIN.roleNotMapped)).toBe('role not mapped');
    expect(
      of(
        '{"message":"Signature not yet current: 20261125T141000Z is still later than 20261125T140500Z (20261125T140000Z + 5 min.)"}',
      ),
    ).toBe('clock');
  });

  test('is shown in its own words where they are not known', () => {
    expect(troubleOf('[418] teapot')).toMatchObject({
      stage: 'accepted',
      problem: 'refused',
      evidence: ['fluentd: [418] teapot'],
    });
    expect(troubleOf('a new word')).toMatchObject({
      stage: 'sent',
      problem: 'not sent',
      evidence: ['fluentd: a new word'],
    });
  });
});
