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

  const noKeys: [keyof typeof FLUENTD, string, RegExp][] = [
    ['stsDenied', 'refuses the role', /trust policy .*docs\/aws\.md/],
    ['stsNoProvider', 'refuses the role', /OIDC provider/],
    ['stsAway', 'not reached', /interface endpoint/],
    ['stsRefusesConnection', 'not reached', /NAT gateway/],
    ['stsUnknownHost', 'not reached', /sts\.REGION/],
    ['stsHangs', 'not reached', /port 443/],
    ['noToken', 'has no token', /eks\.amazonaws\.com\/role-arn/],
  ];
  test.each(noKeys)('is no matter of the domain where STS gives no keys: %s', (name, saw, mend) => {
    const trouble = troubleOf(reasonIn(FLUENTD[name]));
    expect(trouble).toMatchObject({ stage: 'sent', problem: 'no keys', saw: expect.stringContaining(saw) });
    expect(trouble.mend).toMatch(mend);
    expect(trouble.evidence).toEqual([expect.stringMatching(/^fluentd: STS gives no keys for the role arn:aws:iam::/)]);
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
