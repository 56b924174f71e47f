import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
  type STSServiceException,
} from '@aws-sdk/client-sts';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from '../edge/edge.ts';
import { AwsApisAdmin } from './admin-client.ts';
import { type AwsApis, startAwsApis } from './aws-apis.ts';
import { CALLS, clientConfig, type Keys, personKeys, WORLD } from './fake-account.ts';

const SECOND = 1000;
const subject = 'system:serviceaccount:logs-2:fluentd';
const soon = () => Math.floor(Date.now() / SECOND) + 600;

/** A token as the cluster gives it to a pod; who signed it is not looked at. */
function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}

async function podsKeys(port: number, claims: object | string, role = WORLD.pods.role): Promise<Keys> {
  // The SDK does not sign this call, whatever keys it has.
  const sts = new STSClient(clientConfig(port, { accessKeyId: 'none', secretAccessKey: 'none' }));
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role,
      RoleSessionName: 'fluentd',
      WebIdentityToken: typeof claims === 'string' ? claims : token(claims),
    }),
  );
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
}

describe('a pod that shows its token', () => {
  let apis: AwsApis;
  let admin: AwsApisAdmin;
  const good = () => ({ sub: subject, aud: ['sts.amazonaws.com'], exp: soon() });

  beforeEach(async () => {
    apis = await startAwsApis({ world: WORLD, port: 0, adminPort: 0 });
    admin = new AwsApisAdmin(`http://127.0.0.1:${apis.adminPort}`);
  });
  afterEach(() => apis[Symbol.asyncDispose]());

  test('gets keys of its role', async () => {
    const keys = await podsKeys(apis.port, good());
    const sts = new STSClient(clientConfig(apis.port, keys));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: 'arn:aws:sts::123456789012:assumed-role/pods/fluentd',
    });
    expect(await admin.calls()).toEqual([
      { by: 'anonymous', action: 'sts:AssumeRoleWithWebIdentity', status: 200 },
      { by: 'pods', action: 'sts:GetCallerIdentity', status: 200 },
    ]);
    expect(await admin.keyHolders()).toEqual([
      { accessKeyId: WORLD.person.key.accessKeyId, by: 'person' },
      ...WORLD.keys.map(({ accessKeyId }) => ({ accessKeyId, by: 'pods' })),
      { accessKeyId: keys.accessKeyId, by: 'pods' },
    ]);
  });

  test.each<[string, object | string, Partial<STSServiceException>]>([
    [
      'of another service account',
      { ...good(), sub: 'system:serviceaccount:logs:other' },
      { name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' },
    ],
    [
      'of a service account with a longer name',
      { ...good(), sub: `${subject}-2` },
      { name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' },
    ],
    [
      'for another audience',
      { ...good(), aud: ['https://kubernetes.default.svc'] },
      { name: 'InvalidIdentityTokenException', message: 'Incorrect token audience' },
    ],
    ['that is over', { ...good(), exp: soon() - 601 }, { name: 'ExpiredTokenException' }],
    ['that is none', 'x.y', { name: 'InvalidIdentityTokenException' }],
    ['without a subject', { aud: 'sts.amazonaws.com', exp: soon() }, { name: 'InvalidIdentityTokenException' }],
  ])('%s gets none', async (_what, claims, expected) => {
    await expect(podsKeys(apis.port, claims)).rejects.toMatchObject(expected);
  });

  test('gets none of another role', async () => {
    await expect(podsKeys(apis.port, good(), WORLD.person.role)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each(['iam=absent', 'iam=trust-other-account', 'iam=trust-no-oidc', 'sts=denied'] as const)(
    'gets none with %s',
    async (plant) => {
      await admin.plant([plant]);
      await expect(podsKeys(apis.port, good())).rejects.toMatchObject({
        name: 'AccessDenied',
        message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      });
    },
  );
});

describe('the domain', () => {
  let edge: Edge;
  const edgeAdminUrl = () => `http://127.0.0.1:${edge.adminPort}`;
  const start = (sessionSeconds = WORLD.sessionSeconds) =>
    startAwsApis({ world: { ...WORLD, sessionSeconds }, port: 0, adminPort: 0, edgeAdminUrl: edgeAdminUrl() });

  beforeEach(async () => {
    edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [] });
  });
  afterEach(() => edge[Symbol.asyncDispose]());

  /** What the domain says to a bulk signed with these keys. */
  async function bulk(keys: Keys): Promise<[status: number, body: string]> {
    const hash = Hash.bind(null, 'sha256') as never;
    const signer = new SignatureV4({ credentials: keys, region: WORLD.region, service: 'es', sha256: hash });
    const host = `127.0.0.1:${edge.port}`;
    const { headers } = await signer.sign(
      new HttpRequest({ method: 'POST', path: '/_bulk', headers: { host }, body: '' }),
    );
    const answer = await fetch(`http://${host}/_bulk`, { method: 'POST', headers });
    return [answer.status, await answer.text()];
  }

  test('knows every key that was handed out, and those of the Secret, once one was', async () => {
    await using apis = await start();
    const asked = [personKeys(apis.port), podsKeys(apis.port, { sub: subject, aud: 'sts.amazonaws.com', exp: soon() })];
    for (const keys of [...(await Promise.all(asked)), WORLD.keys[0]!]) expect((await bulk(keys))[0]).toBe(200);
    expect((await bulk(WORLD.person.key))[1]).toContain('The security token included in the request is invalid.');
  });

  test('says of a key that ran out that it is expired', async () => {
    await using apis = await start(0);
    const over = await personKeys(apis.port);
    expect(await bulk(over)).toEqual([403, '{"message":"The security token included in the request is expired"}']);
    await personKeys(apis.port);
    expect((await bulk(over))[1]).toContain('is expired');
  });

  test('that was started anew is told of every key when asked to', async () => {
    await using apis = await start();
    const keys = await personKeys(apis.port);
    const port = edge.port;
    const adminPort = edge.adminPort;
    await edge[Symbol.asyncDispose]();
    edge = await startEdge({ port, adminPort, backend: null, credentials: [] });
    expect((await bulk(keys))[0]).toBe(403);
    await new AwsApisAdmin(`http://127.0.0.1:${apis.adminPort}`).tellKeys();
    expect((await bulk(keys))[0]).toBe(200);
  });

  test('that cannot be told is a failure of STS, which says so in its log; later calls are served', async () => {
    const log: object[] = [];
    await using apis = await startAwsApis({
      world: WORLD,
      port: 0,
      adminPort: 0,
      edgeAdminUrl: edgeAdminUrl(),
      log: (entry) => log.push(entry),
    });
    const { adminPort } = edge;
    await edge[Symbol.asyncDispose]();
    await expect(personKeys(apis.port)).rejects.toMatchObject({ name: 'InternalFailure' });
    expect(log).toHaveLength(1);
    edge = await startEdge({ port: 0, adminPort, backend: null, credentials: [] });
    await CALLS.sts(apis.port, await personKeys(apis.port));
  });
});
