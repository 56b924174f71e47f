import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { changeEnvironment } from '../cli/config.ts';
import { fakeContext } from '../targets/aws/preflight/fake-context.ts';
import { personFiles, variablesOf } from './person.ts';
import { worldOf } from './played.ts';

const folder = mkdtempSync(join(tmpdir(), 'person-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESSES = { cluster: 'https://c', domain: 'http://d', registry: 'localhost:5000' };
const world = worldOf(fakeContext().settings, ADDRESSES, 'OpenSearch_2.19');
const files = personFiles(folder, world, 'apiVersion: v1');

describe('the person who rehearses', () => {
  test('has a profile that takes on a role with the keys of another, in files that nobody else reads', () => {
    expect(readFileSync(files.config, 'utf8')).toContain(`role_arn = ${world.person.role}\nsource_profile = person\n`);
    expect(readFileSync(files.credentials, 'utf8')).toBe(
      `[person]\naws_access_key_id = ${world.person.key.accessKeyId}\naws_secret_access_key = ${world.person.key.secretAccessKey}\n`,
    );
    for (const path of Object.values(files)) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('asks what is played and nobody else, whatever is set: no key, and nothing that leads past the endpoints', () => {
    const env: Record<string, string | undefined> = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'mine',
      AWS_SESSION_TOKEN: 'mine',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_PROFILE: 'mine',
      AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com',
      HOME: '/home/me',
    };
    const { environment, without } = variablesOf(files, 'http://127.0.0.1:4566', 'ap-northeast-2');
    changeEnvironment(environment, without, env as NodeJS.ProcessEnv);
    const endpoints = ['STS', 'EKS', 'EC2', 'ECR', 'OPENSEARCH', 'IAM', 'SERVICE_QUOTAS', 'PRICING'];
    expect(env).toEqual({
      ...Object.fromEntries(endpoints.map((name) => [`AWS_ENDPOINT_URL_${name}`, 'http://127.0.0.1:4566'])),
      ...{ AWS_CONFIG_FILE: files.config, AWS_SHARED_CREDENTIALS_FILE: files.credentials },
      ...{ AWS_PROFILE: 'rehearsal', AWS_REGION: 'ap-northeast-2', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ KUBECONFIG: files.kubeconfig, HOME: '/home/me' },
    });
  });
});

describe('the account that is played', () => {
  test('has what the settings name, at the addresses of what plays', () => {
    const role = 'arn:aws:iam::210987654321:role/team/pods';
    const played = worldOf({ ...fakeContext().settings, pods: { role } }, ADDRESSES, 'OpenSearch_2.19');
    expect(played).toMatchObject({
      ...{ account: '210987654321', region: 'ap-northeast-2', keys: [] },
      person: { role: 'arn:aws:iam::210987654321:role/rehearsal' },
      pods: { role, subject: 'system:serviceaccount:efk-harness*:efk-sidecar' },
      cluster: { name: 'logging', endpoint: 'https://c' },
      domain: { name: 'logs', endpoint: 'http://d', engineVersion: 'OpenSearch_2.19' },
      repository: { name: 'efk', uri: 'localhost:5000/efk' },
    });
  });

  test('has keys for a Secret where pods sign by one, and other keys every time', () => {
    const settings = { ...fakeContext().settings, pods: { secret: 'logging/pods' } };
    const worlds = [1, 2].map(() => worldOf(settings, ADDRESSES, 'OpenSearch_2.19'));
    const secrets = worlds.flatMap(({ keys, person, repository }) => [
      ...[...keys, person.key].map(({ secretAccessKey }) => secretAccessKey),
      repository.token,
    ]);
    expect(new Set(secrets).size).toBe(6);
    expect(worlds[0]!.keys[0]!.accessKeyId).toMatch(/^AKIA[0-9A-F]{16}$/);
  });
});
