import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EnvironmentError } from '../core/trouble.ts';
import { DIGEST, fakeDocker } from './fake-docker.ts';
import { loggedIn } from './registry.ts';

const PASSWORD = 'registry-password-0123456789';
const login = { registry: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com', user: 'AWS', password: PASSWORD };
const AS = `${login.registry}/efk:edge-1`;

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'registry-test-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

function docker(says?: Parameters<typeof fakeDocker>[0]) {
  const fake = fakeDocker(says);
  vi.stubEnv('PATH', fake.before(process.env['PATH']));
  return fake;
}

const configsLeft = () => readdirSync(temporary).filter((name) => name.startsWith('efk-registry-'));

test('an image is pushed by who is logged in, with a configuration that is gone afterwards', async () => {
  using fake = docker();
  const digest = await loggedIn(login, ({ push }) => push('edge:1', AS));
  expect(digest).toBe(DIGEST);
  const [, entered, tagged, pushed, untagged] = fake.asked();
  const config = entered!.match(/--config (\S+)/)![1]!;
  expect(entered).toContain(`login --username AWS --password-stdin ${login.registry} < ${PASSWORD}`);
  expect([tagged, pushed, untagged]).toEqual([
    `--config ${config} --host unix:///run/docker.sock tag edge:1 ${AS}`,
    `--config ${config} --host unix:///run/docker.sock push ${AS}`,
    `--config ${config} --host unix:///run/docker.sock rmi --no-prune ${AS}`,
  ]);
  expect(existsSync(config)).toBe(false);
});

test('the password is in no argument, and in no message, also where the registry repeats it', async () => {
  using fake = docker({ login: 'echo "denied: $word" >&2; exit 1' });
  const refused = await loggedIn(login, async () => '').catch((error: Error) => error);
  expect(refused).toBeInstanceOf(EnvironmentError);
  expect(String(refused)).toMatch(/ecr\.ap-northeast-2\.amazonaws\.com does not let AWS in: denied: …$/);
  const words = fake.asked().map((line) => line.replace(/ < .*/, ''));
  expect(words.join('\n')).not.toContain(PASSWORD);
  expect(configsLeft()).toEqual([]);
});

test('the password goes into no key chain: the configuration has a login before Docker looks for one', async () => {
  using _ = docker({ login: 'cat "$2/config.json" >&2; exit 1' });
  await expect(loggedIn(login, async () => '')).rejects.toThrow(`{"auths":{"${login.registry}":{}}}`);
  expect(configsLeft()).toEqual([]);
});

test('what a push says is told, and the tag is taken away again', async () => {
  using fake = docker({ push: 'echo "denied: no basic auth credentials" >&2; exit 1' });
  await expect(loggedIn(login, ({ push }) => push('edge:1', AS))).rejects.toThrow(
    `the image ${AS} could not be pushed: denied: no basic auth credentials`,
  );
  expect(fake.asked().at(-1)).toContain(`rmi --no-prune ${AS}`);
  expect(configsLeft()).toEqual([]);
});

test('an interruption is told as one', async () => {
  using _ = docker({ push: 'exec sleep 20' });
  const reason = new Error('Ctrl-C');
  const interrupted = new AbortController();
  setTimeout(() => interrupted.abort(reason), 300);
  const pushing = loggedIn(login, ({ push }) => push('edge:1', AS, { signal: interrupted.signal }));
  await expect(pushing).rejects.toBe(reason);
  expect(configsLeft()).toEqual([]);
});

test('where Docker has no context nothing is left in the folder for such things', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(loggedIn(login, async () => '')).rejects.toThrow();
  expect(configsLeft()).toEqual([]);
});
