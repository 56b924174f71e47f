import { afterEach, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../../core/trouble.ts';
import { DIGEST, fakeDocker } from '../../tools/fake-docker.ts';
import { pushImages, tagOf } from './images.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['efk-sidecar-harness/fluentd-delivered:3f2a', 'fluentd-delivered-3f2a'],
  ['efk-sidecar-harness/edge:00ff', 'edge-00ff'],
  ['edge:1', 'edge-1'],
  ['registry:5000/team/edge@sha256:abc', 'edge-abc'],
])('%s is pushed with the tag %s', (image, tag) => expect(tagOf(image)).toBe(tag));

describe('the images of a run', () => {
  const URI = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/efk';
  const there = `sha256:${'1b'.repeat(32)}`;
  const images = ['efk-sidecar-harness/edge:1', 'efk-sidecar-harness/emitter:2'];
  const options = { say: () => {}, signal: new AbortController().signal };
  const repository = (known: Record<string, string>) => ({
    uri: URI,
    digestOf: async (tag: string) => known[tag],
    login: vi.fn(async () => ({ registry: URI.split('/')[0]!, user: 'AWS', password: 'p' })),
  });
  function docker(says?: Parameters<typeof fakeDocker>[0]) {
    const fake = fakeDocker(says);
    vi.stubEnv('PATH', fake.before(process.env['PATH']));
    return fake;
  }

  test('are referred to by digest; those that the repository has are not pushed again', async () => {
    using fake = docker();
    const to = repository({ 'edge-1': there });
    expect(await pushImages(images, to, options)).toEqual([`${URI}@${there}`, `${URI}@${DIGEST}`]);
    const pushed = fake.asked().filter((line) => line.includes(' push '));
    expect(pushed).toEqual([expect.stringMatching(/ push \S+\/efk:emitter-2$/)]);
    expect(to.login).toHaveBeenCalledOnce();
  });

  test('ask for no login where all are there', async () => {
    using _ = docker();
    const to = repository({ 'edge-1': there, 'emitter-2': there });
    expect(await pushImages(images, to, options)).toEqual([`${URI}@${there}`, `${URI}@${there}`]);
    expect(to.login).not.toHaveBeenCalled();
  });

  test('of another architecture are refused before anything is pushed, with what to do', async () => {
    using fake = docker({ architecture: 'arm64' });
    const refused = await pushImages(images, repository({}), options).catch((error) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toMatch(/built for arm64, .*amd64 alone: .*DOCKER_DEFAULT_PLATFORM=linux\/amd64/);
    expect(fake.asked().join()).not.toContain('push');
  });
});
