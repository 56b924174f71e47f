import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSts } from './fake-sts.ts';
import { credentialSource, renewed } from './own-credentials.ts';
import type { Credential } from './signature.ts';

const REGION = 'ap-northeast-2';
const MINUTE = 60_000;

describe('keys of the environment', () => {
  test('under the names of the project’s Secret, before the usual ones', async () => {
    const secret = { AWS_ACCESS_KEY: 'AKIDSECRET', AWS_ACCESS_SECRET: 's' };
    const usual = { AWS_ACCESS_KEY_ID: 'ASIAUSUAL', AWS_SECRET_ACCESS_KEY: 'u', AWS_SESSION_TOKEN: 't' };
    expect(await credentialSource({ ...secret, ...usual }, REGION)()).toEqual({
      accessKeyId: 'AKIDSECRET',
      secretAccessKey: 's',
    });
    expect(await credentialSource({ ...usual, AWS_ACCESS_KEY: 'half' }, REGION)()).toEqual({
      accessKeyId: 'ASIAUSUAL',
      secretAccessKey: 'u',
      sessionToken: 't',
    });
  });

  test('that are not whole are refused, with what is expected', () => {
    expect(() => credentialSource({ AWS_ROLE_ARN: 'arn', AWS_ACCESS_KEY: 'half' }, REGION)).toThrow(
      /set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, or AWS_ACCESS_KEY and AWS_ACCESS_SECRET, or /,
    );
  });
});

describe('a role', () => {
  const role = 'arn:aws:iam::123456789012:role/pods';
  let folder: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-'));
    env = { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), AWS_ACCESS_KEY: 'not this' };
    writeFileSync(join(folder, 'token'), 'jwt');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test('is assumed at AWS_ENDPOINT_URL_STS with the token of the file, as it is by then', async () => {
    const key = { accessKeyId: 'ASIAROLE', secretAccessKey: 's', sessionToken: 't', expiresAt: 1_900_000_000_000 };
    const asked: string[] = [];
    await using sts = await fakeSts(({ role, token }) => {
      asked.push(`${role} ${token}`);
      return key;
    });
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
    const source = credentialSource(env, REGION);
    expect(await source()).toMatchObject(key);
    writeFileSync(join(folder, 'token'), 'another');
    await source();
    expect(asked).toEqual([`${role} jwt`, `${role} another`]);
  });

  test('that is not given says which one, and what STS said', async () => {
    await using sts = await fakeSts(() => undefined);
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
    await expect(credentialSource(env, REGION)()).rejects.toThrow(
      `AWS STS gives no keys for the role ${role}: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity; does its trust policy`,
    );
    rmSync(join(folder, 'token'));
    await expect(credentialSource(env, REGION)()).rejects.toThrow(/ENOENT.*token/);
  });
});

describe('renewal', () => {
  let now: number;
  let lines: object[];
  let asks: number;
  let failing: boolean;
  beforeEach(() => {
    now = 0;
    lines = [];
    asks = 0;
    failing = false;
  });
  const keysFor = (lifeMs: number | undefined) =>
    renewed(
      async () => {
        asks++;
        if (failing) throw new Error('STS is away');
        const expiresAt = lifeMs === undefined ? undefined : now + lifeMs;
        return { accessKeyId: `key ${asks}`, secretAccessKey: 'secret', expiresAt };
      },
      (line) => lines.push(line),
      () => now,
    );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const idOf = async (keys: () => Promise<Credential>) => (await keys()).accessKeyId;

  test.each([
    ['an hour: five minutes before its end', 60 * MINUTE, 55 * MINUTE],
    ['a minute: after two thirds', MINUTE, 40_000],
  ])('of keys that are valid for %s, and nobody waits for it', async (_, lifeMs, renewedAtMs) => {
    const keys = keysFor(lifeMs);
    expect(await Promise.all([idOf(keys), idOf(keys)])).toEqual(['key 1', 'key 1']);
    now = renewedAtMs - 1;
    expect([await idOf(keys), asks]).toEqual(['key 1', 1]);
    now = renewedAtMs;
    expect([await idOf(keys), asks]).toEqual(['key 1', 2]);
    await settled();
    expect(await idOf(keys)).toBe('key 2');
    expect(lines).toEqual([
      { at: '1970-01-01T00:00:00.000Z', signsAs: 'key 1', until: new Date(lifeMs).toISOString() },
      { at: new Date(now).toISOString(), signsAs: 'key 2', until: new Date(now + lifeMs).toISOString() },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('that fails is tried again; the old keys are used while they are valid, and not after', async () => {
    const keys = keysFor(60 * MINUTE);
    await keys();
    failing = true;
    now = 56 * MINUTE;
    expect(await idOf(keys)).toBe('key 1');
    await settled();
    expect([await idOf(keys), asks]).toEqual(['key 1', 2]);
    now += 5000;
    expect([await idOf(keys), asks]).toEqual(['key 1', 3]);
    await settled();
    expect(lines.at(-1)).toEqual({ at: new Date(now).toISOString(), reason: 'no credentials: STS is away' });
    now = 60 * MINUTE;
    await expect(keys()).rejects.toThrow('STS is away');
    failing = false;
    expect(await idOf(keys)).toBe('key 5');
  });

  test('of keys for good: never', async () => {
    const keys = keysFor(undefined);
    await keys();
    now = Number.MAX_SAFE_INTEGER;
    expect([await idOf(keys), asks]).toEqual(['key 1', 1]);
  });
});
