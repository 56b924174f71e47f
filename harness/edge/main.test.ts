import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postAll, signedBulk } from '../../load/bench/edge-client.ts';
import { CREDENTIALS } from '../targets/kube/local-domain.ts';
import { Child } from '../tools/child.ts';
import { EdgeAdmin } from './admin-client.ts';
import { startEdge } from './edge.ts';
import { fakeSts } from './fake-sts.ts';

const OWN = { accessKeyId: 'ASIAPOD', secretAccessKey: 'own', sessionToken: 'token', expiresAt: 4_000_000_000_000 };
const ROLE = 'arn:aws:iam::123456789012:role/pods';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The program with this environment and no other. */
async function start(env: Record<string, string>, ...flags: string[]) {
  const lines: string[] = [];
  let heard = () => {};
  const command = [process.execPath, join(import.meta.dirname, 'main.ts'), '--port=0', '--admin-port=0', ...flags];
  const listening = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const child = new Child(command, {
    env: { NODE_NO_WARNINGS: '1', ...env },
    onLine: (line) => {
      lines.push(line);
      heard();
    },
  });
  await Promise.race([listening, child.ended]);
  return {
    lines,
    ended: child.ended,
    port: () => JSON.parse(lines[0]!).listening as number,
    [Symbol.asyncDispose]: async () => {
      child.process.kill('SIGKILL');
      await child.ended;
    },
  };
}

test('in a pod: keys from the environment, a role from its service account, and a domain over TLS', async () => {
  await using sts = await fakeSts((asked) => (asked.role === ROLE && asked.token === 'jwt' ? OWN : undefined));
  await using domain = await startEdge({ port: 0, adminPort: 0, tlsPort: 0, backend: null, credentials: [OWN] });
  const token = join(folder, 'token');
  writeFileSync(token, 'jwt');
  const env = {
    EDGE_ACCESS_KEY: CREDENTIALS.accessKeyId,
    EDGE_SECRET_KEY: CREDENTIALS.secretAccessKey,
    AWS_ROLE_ARN: ROLE,
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_ENDPOINT_URL_STS: sts.url,
    NODE_EXTRA_CA_CERTS: join(import.meta.dirname, 'tls-certificate.pem'),
  };
  await using edge = await start(env, `--backend=https://localhost:${domain.tlsPort}`, '--sign-region=ap-northeast-2');
  const host = `127.0.0.1:${edge.port()}`;
  const bulk = await signedBulk(Buffer.from('{"create":{"_index":"logs"}}\n{"id":"r1/pod.0.0/000000000"}\n'), host);
  await postAll(`http://${host}`, [bulk, bulk], 1, AbortSignal.timeout(10_000));
  const { methods, refusals } = await new EdgeAdmin(`http://127.0.0.1:${domain.adminPort}`).counters();
  expect({ methods, refusals }).toEqual({ methods: { ASIAPOD: { POST: 2 } }, refusals: {} });
  expect(edge.lines.slice(1).map((line) => JSON.parse(line))).toEqual([
    { at: expect.any(String), signsAs: 'ASIAPOD', until: '2096-10-02T07:06:40.000Z' },
  ]);
});

test.each([
  [[], '--access-key and --secret-key, or EDGE_ACCESS_KEY and EDGE_SECRET_KEY, are required'],
  [['--access-key=a', '--secret-key=b', '--sign-region=eu-west-1'], 'there is no --backend to sign for'],
  [['--access-key=a', '--secret-key=b', '--sign-region=eu-west-1', '--backend=https://domain'], 'nothing to sign with'],
  [['--access-key=a', '--secret-key=b', '--backend=domain:9200'], '--backend: expected a URL of http or https'],
])('%j: exit code 2, and what is expected', async (flags, words) => {
  await using edge = await start({}, ...flags);
  expect((await edge.ended).code).toBe(2);
  expect(edge.lines.join('\n')).toContain(words);
});
