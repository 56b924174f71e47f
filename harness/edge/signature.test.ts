import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { signAs } from './own-signature.ts';
import { type Credential, checkSignature, type ReceivedRequest, refusalOf } from './signature.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** AWS's own test suite for Signature Version 4: the cases get-vanilla and post-vanilla. */
const known: Credential = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const GET = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
const POST = '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b';
const NOW = Date.parse('2015-08-30T12:36:00Z');

function request(method: string, signature: string, headers: Record<string, string> = {}): ReceivedRequest {
  const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  return {
    method,
    url: '/',
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
      ...headers,
    },
    body: Buffer.alloc(0),
  };
}

describe('a signature of AWS’s own test suite', () => {
  test.each([
    ['GET', GET],
    ['POST', POST],
  ])('%s is taken', async (method, signature) => {
    expect(await refusalOf(request(method, signature), [known], NOW)).toBeUndefined();
  });

  test('says whose it is, and for which region and service it was made', async () => {
    const signed = { credential: known, region: 'us-east-1', service: 'service' };
    expect(await checkSignature(request('GET', GET), [known], NOW)).toEqual(signed);
  });

  test('is refused once a byte of the body, the method or the path differs', async () => {
    const refused = { status: 403, reason: 'wrong signature' };
    expect(await refusalOf({ ...request('GET', GET), body: Buffer.from('x') }, [known], NOW)).toMatchObject(refused);
    expect(await refusalOf(request('PUT', GET), [known], NOW)).toMatchObject(refused);
    expect(await refusalOf({ ...request('GET', GET), url: '/_bulk' }, [known], NOW)).toMatchObject(refused);
  });
});

describe('refusals are told apart', () => {
  const get = request('GET', GET);
  const cases: [string, ReceivedRequest, Credential[], number][] = [
    ['anonymous', { ...get, headers: { host: 'example.amazonaws.com' } }, [known], NOW],
    ['incomplete signature', request('GET', GET, { authorization: 'AWS4-HMAC-SHA256 Credential=x' }), [known], NOW],
    ['incomplete signature', request('GET', GET, { 'x-amz-date': 'yesterday' }), [known], NOW],
    ['unknown key', get, [{ ...known, accessKeyId: 'AKIDOTHER' }], NOW],
    ['unknown key', request('GET', GET, { 'x-amz-security-token': 'unasked' }), [known], NOW],
    ['expired token', get, [{ ...known, expiresAt: NOW }], NOW],
    ['clock skew', get, [known], NOW + 5 * 60_000 + 1],
    ['clock skew', get, [known], NOW - 5 * 60_000 - 1],
    ['wrong signature', get, [{ ...known, secretAccessKey: 'another' }], NOW],
    ['wrong signature', request('GET', GET, { host: 'other.amazonaws.com' }), [known], NOW],
  ];
  test.each(cases)('%s', async (reason, received, credentials, now) => {
    expect(await refusalOf(received, credentials, now)).toMatchObject({ status: 403, reason });
  });

  test('a clock five minutes off is still taken', async () => {
    expect(await refusalOf(get, [known], NOW + 5 * 60_000)).toBeUndefined();
  });
});

/** What domains say that a request's canonical path should have been: opensearch-project/OpenSearch-Dashboards issue 9679, sharetribe/aws-sig4 issue 4. */
describe.each([
  ['/_resolve/index/*', '/_resolve/index/%2A'],
  ['/*,-notme/_search', '/%2A%2C-notme/_search'],
  // What is sent encoded is encoded once more: zirkelc/aws-signature-v4 issue 10.
  ['/test-%2A', '/test-%252A'],
])('of %s a domain signs %s', (sent, canonical) => {
  const at = '20150830T123600Z';
  const scope = '20150830/ap-northeast-2/es/aws4_request';
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>(keyed, `AWS4${known.secretAccessKey}`);

  /** Written out as AWS's documentation has it, for what these headers and no body are. */
  const signature = (headers: Record<string, string>) => {
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const asked = ['GET', canonical, '', lines, names.join(';'), hash('')].join('\n');
    return keyed(key, ['AWS4-HMAC-SHA256', at, scope, hash(asked)].join('\n')).toString('hex');
  };

  test('and the edge takes that', async () => {
    const headers = { host: 'domain', 'x-amz-date': at };
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature(headers)}`;
    const asked = { method: 'GET', url: sent, headers: { ...headers, authorization }, body: Buffer.alloc(0) };
    expect(await refusalOf(asked, [known], NOW)).toBeUndefined();
  });

  test('and the edge signs so', async () => {
    vi.useFakeTimers({ now: NOW });
    const outgoing = { method: 'GET', url: sent, headers: {}, body: Buffer.alloc(0) };
    const signed = await signAs('ap-northeast-2', async () => known)(new URL(sent, 'https://domain'), outgoing);
    const { host, 'x-amz-date': date, 'x-amz-content-sha256': sha, authorization } = signed as Record<string, string>;
    const headers = { host: host!, 'x-amz-content-sha256': sha!, 'x-amz-date': date! };
    expect(authorization).toContain(`Signature=${signature(headers)}`);
  });
});
