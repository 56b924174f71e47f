import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../core/trouble.ts';
import { fakeCluster } from './fake-cluster.ts';
import { podKeys } from './pod-keys.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the keys in a Secret', () => {
  test('are taken without the newline that echo leaves behind them', async () => {
    await using there = await fakeCluster();
    const data = { AWS_ACCESS_KEY: base64('AKIA\n'), AWS_ACCESS_SECRET: base64(' secret\n'), other: base64('x') };
    there.state.secrets.set('logging/pods', data);
    expect(await podKeys(there.cluster, 'logging/pods')).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  });

  test.each([
    ['is not there', undefined, /^the Secret logging\/pods cannot be read: 404: not found$/],
    ['lacks one', { AWS_ACCESS_KEY: base64('AKIA') }, /does not hold AWS_ACCESS_KEY and AWS_ACCESS_SECRET/],
    ['has an empty one', { AWS_ACCESS_KEY: base64('AKIA'), AWS_ACCESS_SECRET: base64(' \n') }, /does not hold/],
  ])('of one that %s cannot be had', async (_, data, words) => {
    await using there = await fakeCluster();
    if (data) there.state.secrets.set('logging/pods', data as never);
    const failed = await podKeys(there.cluster, 'logging/pods').catch((error) => error);
    expect(failed).toBeInstanceOf(EnvironmentError);
    expect(failed.message).toMatch(words);
  });
});
