import { describe, expect, test } from 'vitest';
import { domainSink, inWords } from './domain-client.ts';
import { fakeDomain } from './preflight/fake-context.ts';

const TOKEN = 'IQoJb3JpZ2luX2VjEMb'.repeat(8);
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret-of-the-person', sessionToken: TOKEN };
/** As AWS words it: the request as it was read, with the session token, is repeated. */
const REFUSED = {
  message: `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n'GET\n/\n\nhost:x\nx-amz-security-token:${TOKEN}\n'`,
};

async function refused(answer: object, ask: (sink: ReturnType<typeof domainSink>) => Promise<unknown>) {
  await using domain = await fakeDomain(() => ({ status: 403, body: answer }));
  const access = { endpoint: domain.url, region: 'ap-northeast-2', credentials: async () => KEYS };
  const sink = domainSink(access);
  try {
    return { error: await ask(sink).catch((error: unknown) => error), asked: domain.asked };
  } finally {
    await sink.close();
  }
}

describe('what a domain refuses', () => {
  test.each([
    ['a look', (sink: ReturnType<typeof domainSink>) => sink.describe(), /^the domain does not take the signature/],
    [
      'reading back',
      (sink: ReturnType<typeof domainSink>) => sink.read('r1', () => {}),
      /^the engine failed while the records were read back: .*; the domain does not take the signature/,
    ],
  ])('%s: is told in words, with what to do and without the token', async (_, ask, words) => {
    const { error } = await refused(REFUSED, ask);
    expect(inWords(error)).toMatch(words);
    expect(inWords(error)).toMatch(/\[403\] .*signature we calculated.*; see npm run doctor -- --target aws$/);
    for (const text of [inWords(error), String((error as Error).stack)])
      for (const secret of [TOKEN, KEYS.secretAccessKey]) expect(text).not.toContain(secret);
  });

  test('is told as it is where it is not known', async () => {
    const { error } = await refused({ message: 'closed on Sundays' }, (sink) => sink.describe());
    expect(inWords(error)).toMatch(/\[403\] .*closed on Sundays.*; see npm run doctor/);
  });
});

test('other errors are their own words', () => {
  expect(inWords(new Error('broken'))).toBe('broken');
  expect(inWords('thrown')).toBe('thrown');
  expect(inWords(undefined)).toBe('undefined');
});

test('a domain is never cleared: nothing of its owner’s is asked for', async () => {
  const { error, asked } = await refused({}, async (sink) => sink.clear());
  expect(String(error)).toContain('a domain is never cleared');
  expect(asked).toEqual([]);
});

test('of a run its own indices are looked at, and no others', async () => {
  const { asked } = await refused({}, (sink) => sink.searchable('r1'));
  expect(asked).toEqual([expect.stringMatching(/^POST \/efkh-r1(\*|%2A)\/_count/)]);
});
