import { Client, errors } from '@opensearch-project/opensearch';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../../core/check-result.ts';
import { refusalNamed } from '../../../edge/answers.ts';
import type { Domain } from '../apis/domain-apis.ts';
import type { Check } from './check.ts';
import { domain, domainHealth, engineVersion } from './domain.ts';
import { clusterHealth, reachable, signature } from './domain-access.ts';
import { roleOf } from './domain-words.ts';
import { fakeApis, type fakeContext, fakeDomain, lookWith } from './fake-context.ts';
import { writeAndRead } from './write-and-read.ts';

type Fakes = Parameters<typeof fakeContext>[0];
type Row = [string, Check, Fakes, CheckResult['state'], RegExp, RegExp?];
const DOMAIN = (await fakeApis().domain('logs')) as Domain;
const with_ = (change: Partial<Domain>): Fakes => ({ apis: { domain: async () => ({ ...DOMAIN, ...change }) } });
const health = (is: string): Fakes => ({ apis: { domainHealth: async () => is } });
const SECURITY = {
  status: 403,
  body: {
    error: { type: 'security_exception', reason: 'no permissions for [indices:data/write/bulk] and User [name=arn]' },
  },
};

test.each<Row>([
  ['a domain', domain, {}, 'ok', /logs is there, with fine-grained/],
  [
    'no domain',
    domain,
    { apis: { domain: async () => undefined } },
    'bad',
    /no domain logs in ap-northeast-2/,
    /list-domain-names/,
  ],
  [
    'a change in progress',
    domain,
    with_({ processing: true }),
    'bad',
    /in progress/,
    /describe-domain-change-progress/,
  ],
  [
    'another endpoint',
    domain,
    with_({ endpoints: ['vpc-x.es.amazonaws.com'] }),
    'warn',
    /at vpc-x.*settings say/,
    /correct domain/,
  ],
  ['green', domainHealth, {}, 'ok', /green/],
  ['yellow', domainHealth, health('Yellow'), 'warn', /yellow/, /_cat\/indices/],
  ['red', domainHealth, health('Red'), 'bad', /red/, /describe-domain-health/],
  ['unknown health', domainHealth, health('NotAvailable'), 'bad', /NotAvailable/, /wait/],
  ['OpenSearch 1', engineVersion, with_({ engineVersion: 'OpenSearch_1.3' }), 'ok', /OpenSearch 1\.3/],
  ['OpenSearch 3', engineVersion, with_({ engineVersion: 'OpenSearch_3.1' }), 'ok', /OpenSearch 3\.1/],
  ['Elasticsearch 7', engineVersion, with_({ engineVersion: 'Elasticsearch_7.10' }), 'ok', /7\.10/],
  ['Elasticsearch 6', engineVersion, with_({ engineVersion: 'Elasticsearch_6.8' }), 'bad', /6\.8/, /upgrade/],
  ['OpenSearch 13', engineVersion, with_({ engineVersion: 'OpenSearch_13.0' }), 'bad', /13\.0/, /upgrade/],
])('%s', async (_, check, fakes, state, saw, fix) => {
  const result = await lookWith(check, fakes);
  expect(result).toMatchObject({ check: check.name, state, saw: expect.stringMatching(saw) });
  if (fix) expect(result.fix).toMatch(fix);
  else expect(result.fix).toBeUndefined();
});

/** A client that comes to no answer. */
function failing(error: Error): Pick<Client, 'transport'> {
  return { transport: { request: () => Promise.reject(error) } } as never;
}
const connection = (message: string) => failing(new errors.ConnectionError(message, {} as never));
const VPC = { endpoint: 'https://vpc-logs-aaaaaaaaaaaaaaaaaaaaaaaaaa.ap-northeast-2.es.amazonaws.com', name: 'logs' };

test.each([
  ['getaddrinfo ENOTFOUND search-x', /its name is not resolved/],
  ['connect ECONNREFUSED 10.0.0.1:443', /refused/],
  ['self-signed certificate in certificate chain', /no TLS/],
  ['read ECONNRESET', /breaks/],
  ['connect ETIMEDOUT', /nothing answers/],
])('no answer: %s', async (message, saw) => {
  const result = await lookWith(reachable, { domain: connection(message) });
  expect(result).toMatchObject({
    state: 'bad',
    saw: expect.stringMatching(saw),
    fix: expect.stringMatching(/spelling/),
  });
});

test('a VPC endpoint that does not answer needs a way into the VPC', async () => {
  const late = failing(new errors.TimeoutError('Request timed out', {} as never));
  const result = await lookWith(reachable, { domain: late, settings: { domain: VPC } });
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(/nothing answers/) });
  expect(result.fix).toMatch(/VPN.*tunnel.*own name.*docs\/aws\.md/);
});

test('a tunnel that goes by another name than the domain is told of as one', async () => {
  const said =
    "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:*.ap-northeast-2.es.amazonaws.com";
  const settings = { domain: { ...VPC, endpoint: 'https://localhost:9443' } };
  const result = await lookWith(reachable, { domain: connection(said), settings });
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(/certificate is of another name/) });
  expect(result.fix).toMatch(/own name, through a tunnel/);
});

test('nobody listens: the connection of a real client is refused', async () => {
  const client = new Client({ node: 'http://127.0.0.1:1' });
  const result = await lookWith(reachable, { domain: client });
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(/connection is refused/) });
});

test('an error that is not of the connection is left to the runner', async () => {
  const expired = Object.assign(new Error('expired'), { name: 'ExpiredToken' });
  await expect(lookWith(reachable, { domain: failing(expired) })).rejects.toBe(expired);
  await expect(lookWith(signature, { domain: failing(expired) })).rejects.toBe(expired);
});

test.each<[string, { status: number; body: object | string }, 'ok' | 'bad', RegExp, RegExp?]>([
  ['the engine', { status: 200, body: { version: { number: '2.19.5' } } }, 'ok', /version 2\.19\.5/],
  ['fine-grained access control', SECURITY, 'ok', /SigV4 is accepted$/],
  ['the access policy', refusalNamed('not authorized'), 'ok', /SigV4 is accepted$/],
  ['an unknown key', refusalNamed('unknown key'), 'bad', /does not take the signature/, /get-caller-identity/],
  ['another signature', refusalNamed('wrong signature'), 'bad', /does not take the signature/, /region/],
  ['an expired token', refusalNamed('expired token'), 'bad', /session is over/, /aws sso login/],
  [
    'a wrong clock',
    { status: 403, body: { message: 'Signature expired: 2026 is now earlier' } },
    'bad',
    /clocks differ/,
    /chrony/,
  ],
  ['a busy domain', refusalNamed('unavailable'), 'bad', /\[503\]/, /health/],
  ['words that nobody knows', { status: 418, body: 'teapot' }, 'bad', /answers \[418\] teapot/, /access policy/],
])('signature: %s', async (_, answer, state, saw, fix) => {
  await using engine = await fakeDomain(() => answer);
  expect(await lookWith(reachable, engine)).toMatchObject({ state: 'ok' });
  const result = await lookWith(signature, engine);
  expect(result).toMatchObject({ state, saw: expect.stringMatching(saw) });
  if (fix) expect(result.fix).toMatch(fix);
});

test.each<[string, { status: number; body: object | string }, 'ok' | 'warn' | 'bad', RegExp]>([
  ['green', { status: 200, body: { status: 'green' } }, 'ok', /^green$/],
  ['yellow', { status: 200, body: { status: 'yellow', unassigned_shards: 2 } }, 'warn', /yellow: 2 replicas/],
  ['red', { status: 200, body: { status: 'red', unassigned_shards: 1 } }, 'bad', /red: 1 shards/],
  ['not for us to know', SECURITY, 'warn', /^not told: /],
])('the domain says of itself: %s', async (_, answer, state, saw) => {
  await using engine = await fakeDomain(() => answer);
  const result = await lookWith(clusterHealth, engine);
  expect(result).toMatchObject({ state, saw: expect.stringMatching(saw) });
  if (state === 'bad') expect(result.fix).toContain('_cluster/allocation/explain');
});

interface Stage {
  bulk?: { status: number; body: object | string };
  search?: { status: number; body: object | string };
  remove?: { status: number; body: object | string };
}
const WRITTEN = { status: 200, body: { items: [{ create: { status: 201 } }] } };
const item = (status: number, type: string, reason: string) => ({
  status: 200,
  body: { errors: true, items: [{ create: { status, error: { type, reason } } }] },
});
const FOUND = { status: 200, body: { hits: { hits: [{ _id: '1' }] } } };

async function writeWith(
  { bulk = WRITTEN, search = FOUND, remove = { status: 200, body: {} } }: Stage,
  fakes: Fakes = {},
) {
  const bodies: string[] = [];
  await using engine = await fakeDomain((asked, body) => {
    if (asked.includes('_bulk')) bodies.push(body);
    return asked.includes('_bulk') ? bulk : asked.includes('_search') ? search : remove;
  });
  const result = await lookWith(writeAndRead, { domain: engine.domain, ...fakes });
  return { result, asked: engine.asked, bodies };
}

test('a document goes there by create and comes back, and its index is deleted', async () => {
  const { result, asked, bodies } = await writeWith({});
  expect(result).toMatchObject({ state: 'ok' });
  const [create] = bodies[0]!.split('\n').map((line) => line && JSON.parse(line));
  const index = create.create._index;
  expect(index).toMatch(/^efkh-preflight-[0-9a-f]{12}$/);
  expect(asked).toEqual(['POST /_bulk?refresh=true', `GET /${index}/_search`, `DELETE /${index}`]);
});

test.each<[string, Stage, RegExp, RegExp]>([
  [
    'no mapping of the role',
    { bulk: SECURITY },
    /fine-grained access control maps it to no role/,
    /Backend roles: arn:aws:iam::123456789012:role\/Engineer; .*PATCH https:.*\/_plugins\/_security\/api\/rolesmapping\/all_access \[\{"op":"add","path":"\/backend_roles\/-"/,
  ],
  [
    'no mapping, told per item',
    { bulk: item(403, 'security_exception', 'no permissions for [indices:admin/create]') },
    /maps it to no role/,
    /Manage mapping/,
  ],
  [
    'the access policy',
    { bulk: refusalNamed('not authorized') },
    /access policy does not allow/,
    /es:ESHttp\* for arn:aws:iam::123456789012:role\/Engineer/,
  ],
  [
    'a blocked index',
    { bulk: item(403, 'cluster_block_exception', 'blocked by: FORBIDDEN') },
    /takes no writes/,
    /make room/,
  ],
  [
    'no index by itself',
    { bulk: item(404, 'index_not_found_exception', 'no such index and [action.auto_create_index] is [false]') },
    /makes no index/,
    /auto_create_index/,
  ],
  ['no reading', { search: SECURITY }, /maps it to no role/, /Mapped users/],
  ['nothing found', { search: { status: 200, body: { hits: { hits: [] } } } }, /found 0 there/, /templates/],
  [
    'another document found',
    { search: { status: 200, body: { hits: { hits: [{ _id: '2' }] } } } },
    /found 1 there/,
    /templates/,
  ],
  [
    'two found',
    { search: { status: 200, body: { hits: { hits: [{ _id: '1' }, { _id: '2' }] } } } },
    /found 2 there/,
    /templates/,
  ],
  ['an answer that says nothing', { bulk: { status: 200, body: {} } }, /answers \[0\]/, /./],
  [
    'no deleting',
    { remove: SECURITY },
    /wrote and read efkh-preflight-\w+, which cannot be deleted: .*maps it/,
    /Manage mapping/,
  ],
])('write and read: %s', async (_, stage, saw, fix) => {
  const { result, asked } = await writeWith(stage);
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(saw), fix: expect.stringMatching(fix) });
  expect(asked.at(-1)).toMatch(/^DELETE \/efkh-preflight-/);
});

test('an index that was not made need not be deleted, and one that stays is named', async () => {
  const gone = await writeWith({ bulk: SECURITY, remove: { status: 404, body: {} } });
  expect(gone.result.saw).not.toMatch(/deleted/);
  const stays = await writeWith({ search: SECURITY, remove: SECURITY });
  expect(stays.result.saw).toMatch(/; and efkh-preflight-\w+ cannot be deleted/);
});

test('a user is mapped as a user, and Elasticsearch has the API elsewhere', async () => {
  const arn = 'arn:aws:iam::123456789012:user/kim';
  const apis = {
    whoAmI: async () => ({ account: '123456789012', arn }),
    domain: async () => ({ ...DOMAIN, engineVersion: 'Elasticsearch_7.10' }),
  };
  const { result } = await writeWith({ bulk: SECURITY }, { apis });
  expect(result.fix).toMatch(/Users: arn:aws:iam::123456789012:user\/kim; .*_opendistro\/_security.*"\/users\/-"/);
});

test('a domain that does not answer any more is a bad line', async () => {
  const result = await lookWith(writeAndRead, { domain: connection('read ECONNRESET') });
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(/does not answer: read ECONNRESET/) });
});

test("a session's role", () => {
  expect(roleOf('arn:aws-cn:sts::1:assumed-role/Engineer/kim@example.org')).toBe('arn:aws-cn:iam::1:role/Engineer');
  expect(roleOf('arn:aws:iam::1:user/kim')).toBe('arn:aws:iam::1:user/kim');
});
