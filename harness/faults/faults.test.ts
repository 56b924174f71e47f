import { expect, test, vi } from 'vitest';
import { during, type FaultContext, type Trace, throughout } from '../core/fault.ts';
import type { AccessKey, DomainControl } from '../core/target.ts';
import { blockIndex } from './block-index.ts';
import { edge } from './edge-answers.ts';
import { keysExpired, keysRefused } from './keys-refused.ts';
import { killEdge } from './kill-edge.ts';
import { rotateKeys } from './rotate-keys.ts';

const KEY: AccessKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** A domain that counts `bites` for every set of rules and `refusals` once keys were changed. */
function domainOf({ bites = 0, refusals = 0 } = {}) {
  const ruled: [readonly unknown[], string | undefined][] = [];
  const admitted: (readonly AccessKey[])[] = [];
  const domain = {
    rule: async (rules, set) => void ruled.push([rules, set]),
    bites: async () => ({ count: bites, dropped: [], repeated: [], corrupted: [] }),
    keys: () => admitted.at(-1) ?? [KEY],
    admit: async (keys) => void admitted.push(keys),
    counters: async () => ({
      requests: 0,
      refused: admitted.length > 0 ? { '403': refusals } : {},
      largestBody: 0,
      raw: {},
    }),
    arrivals: async () => [],
  } satisfies DomainControl;
  const deployment = { changeSecret: async () => 'rolled out' };
  const context = { domain, deployment, signal: new AbortController().signal, say: () => {} };
  return { ruled, admitted, context: context as unknown as FaultContext };
}

const told = async (trace: Trace) => (typeof trace === 'function' ? trace() : trace);

test('an answer comes into force, bites, and goes, without touching another’s rules', async () => {
  const { ruled, context } = domainOf({ bites: 3 });
  const one = edge.answers({ status: 503 }, { first: 2 });
  const other = edge.answers({ delay: '7s' });
  expect(one.name).toBe('the domain answers with status 503 (first 2)');
  expect(edge.answers({ items: { status: 429, share: 0.3 } }).name).toBe(
    'the domain answers with items status 429 share 0.3',
  );
  expect(edge.answers({ hang: true }, { after: 3, first: 1 }).name).toBe(
    'the domain answers with silence (after 3 first 1)',
  );
  await one.begin(context);
  await other.begin(context);
  expect(await one.end(context)).toBe('3 requests');
  expect(ruled.map(([rules]) => rules)).toEqual([
    [{ when: { first: 2 }, answer: { status: 503 } }],
    [{ when: {}, answer: { delayMs: 7000 } }],
    [],
  ]);
  expect(ruled[2]![1]).toBe(ruled[0]![1]);
  expect(ruled[1]![1]).not.toBe(ruled[0]![1]);
});

test('times and sizes of an answer are literals', async () => {
  const { ruled, context } = domainOf({ bites: 1 });
  for (const answer of [{ perSecond: '2KiB' }, { clockAhead: '10m' }, { reset: true }] as const)
    await edge.answers(answer).begin(context);
  expect(ruled.map(([[rule]]) => (rule as { answer: object }).answer)).toEqual([
    { bytesPerSecond: 2048 },
    { clockAheadMs: 600_000 },
    { reset: true },
  ]);
});

test('throughout: there before the first record, and its trace is asked for at the end', async () => {
  const { ruled, context } = domainOf({ bites: 4 });
  const { at, needs, inject } = throughout(edge.answers({ hang: true }));
  expect({ at, needs }).toEqual({ at: 'before', needs: ['edge'] });
  const trace = await inject(context);
  expect(ruled).toHaveLength(1);
  expect(await told(trace)).toBe('4 requests');
  expect(ruled).toHaveLength(2);
});

test('keys are refused, or run out, for a while; the same are taken again afterwards', async () => {
  for (const [fault, changed] of [
    [keysRefused(), []],
    [keysExpired(), [{ ...KEY, expiresAt: expect.any(Number) }]],
  ] as const) {
    const { admitted, context } = domainOf({ refusals: 2 });
    const [begin, end] = during('2s', '9s', fault);
    expect([begin!.at, end!.at, end!.needs]).toEqual(['2s', '9s', ['edge']]);
    await begin!.inject(context);
    expect(await told(await end!.inject(context))).toBe('2 requests refused with 403');
    expect(admitted).toEqual([changed, [KEY]]);
  }
});

test('keys are rotated: both are taken until the rollout is over, then the new one alone', async () => {
  const { admitted, context } = domainOf();
  expect(await told(await rotateKeys('after').inject(context))).toBe('rolled out; the old key is revoked');
  expect(admitted.map((keys) => keys.map(({ accessKeyId }) => accessKeyId))).toEqual([
    ['AKIDEXAMPLE', 'AKIAI44QH8DHBEXAMPLE'],
    ['AKIAI44QH8DHBEXAMPLE'],
  ]);
});

test('a block of the index is lifted once the domain has refused records for it, not before', async () => {
  const done: string[] = [];
  let looks = 0;
  const refused = { stream: 's', from: 0, to: 5, at: 0 };
  const { context } = domainOf();
  context.domain!.arrivals = async () => {
    done.push('look');
    return ++looks < 3 ? [{ ...refused, status: 201 }] : [{ ...refused, status: 403 }];
  };
  // At first no record is found yet.
  let indices: string[] = [];
  const engine = {
    blockWrites: async (_run: string, on: boolean) => {
      done.push(on ? 'block' : 'lift');
      const found = indices;
      indices = ['logstash-1'];
      return found;
    },
  };
  const fault = blockIndex();
  expect(await told(await fault.begin({ ...context, engine } as never))).toBe('logstash-1 refuses writes');
  expect(await told(await fault.end({ ...context, engine } as never))).toBe('5 records were refused with 403');
  expect(done).toEqual(['block', 'block', 'look', 'look', 'look', 'lift']);
});

test.each([
  ['an answer', () => edge.answers({ status: 503 })],
  ['keys', keysRefused],
])('%s that nobody met leaves no trace, and is over all the same', async (_what, fault) => {
  vi.useFakeTimers();
  const { ruled, admitted, context } = domainOf();
  const lasting = fault();
  await lasting.begin(context);
  const trace = lasting.end(context);
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(await told(await trace)).toBeUndefined();
  expect(ruled.at(-1)?.[0] ?? []).toEqual([]);
  expect(admitted.at(-1) ?? [KEY]).toEqual([KEY]);
});

test('a killed edge leaves a trace only where it was killed and fluentd was seen to retry', async () => {
  const traceOf = async (ended: string | undefined, ...retrying: boolean[]) => {
    const states = retrying.map((one) => ({ retrying: one, saw: one ? 'retrying' : 'idle' }));
    const deployment = {
      killEdge: async (whileAway: () => Promise<void>) => {
        if (ended) await whileAway();
        return ended;
      },
      buffer: async () => states.shift() ?? { retrying: false, saw: 'idle' },
    };
    const context = { deployment, signal: new AbortController().signal } as unknown as FaultContext;
    vi.useFakeTimers();
    try {
      const trace = killEdge('4s', '2s').inject(context);
      await vi.advanceTimersByTimeAsync(60_000);
      return await told(await trace);
    } finally {
      vi.useRealTimers();
    }
  };
  expect(await traceOf('killed', false, true)).toBe('killed; fluentd meanwhile: retrying');
  expect(await traceOf('killed', false)).toBeUndefined();
  expect(await traceOf(undefined)).toBeUndefined();
});
