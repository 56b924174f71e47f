import { expect, test } from 'vitest';
import { EnvironmentError } from '../harness/core/trouble.ts';
import { ask, QUESTIONS, tooShort } from './ask.ts';
import type { LoadContext, Question } from './context.ts';

function contextOf(leftMs: () => number) {
  const leftOut: string[] = [];
  const reserves: number[] = [];
  const context = {
    leftMs,
    reserveMs: 0,
    slowStartMs: 0,
    say: () => {},
    leaveOut: (what: string) => leftOut.push(what),
  };
  return { context: context as unknown as LoadContext, leftOut, reserves };
}
const question = (number: number, takesMs: number, answer = () => {}): Question => ({
  number,
  title: `q${number}`,
  takesMs,
  inTurn: 1,
  podsAtOnce: 1,
  async ask() {
    answer();
    return { sentence: `found ${number}`, measured: true, tables: [], charts: [] };
  },
});
const never = new AbortController().signal;

test('there are nine questions, and each is asked once', () => {
  expect(QUESTIONS.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('those asked for are answered, by number, with time kept for the later ones', async () => {
  const { context } = contextOf(() => 100);
  const kept: number[] = [];
  const all = [3, 1, 2].map((number) => question(number, number * 10, () => kept.push(context.reserveMs)));
  const answers = await ask([2, 3], context, never, all);
  expect(answers.map(({ question: number, sentence }) => [number, sentence])).toEqual([
    [2, 'found 2'],
    [3, 'found 3'],
  ]);
  expect(kept).toEqual([20, 0]);
});

test('one that does not fit is answered with the reason, and said to be left out', async () => {
  const { context, leftOut } = contextOf(() => 15_000);
  const [long, short] = await ask([1, 2], context, never, [question(1, 60_000), question(2, 10_000)]);
  expect(long).toMatchObject({
    measured: false,
    sentence: 'not measured because it takes 60.0s at least, and 15.0s were left',
  });
  expect(short).toMatchObject({ measured: true });
  expect(leftOut).toEqual([
    'question 1, q1: it takes 60.0s at least, and 15.0s were left; --questions 1 asks it alone',
  ]);
});

test('interrupted: what was found is kept, the rest says so; a failure of the harness is told, and the others are asked', async () => {
  const stop = new AbortController();
  const { context } = contextOf(() => 100);
  const interrupted = question(2, 0, () => {
    stop.abort();
    throw new Error('ended');
  });
  const answers = await ask([1, 2, 3], context, stop.signal, [question(1, 0), interrupted, question(3, 0)]);
  expect(answers.map(({ sentence }) => sentence)).toEqual([
    'found 1',
    'not measured because the run was interrupted',
    'not measured because the run was interrupted',
  ]);
  const broken = question(1, 0, () => {
    throw new Error('broken');
  });
  const [failed, next] = await ask([1, 2], context, never, [broken, question(2, 0)]);
  expect(failed).toMatchObject({
    measured: false,
    failed: true,
    sentence: expect.stringMatching(/^not measured because the harness failed: broken/),
  });
  expect(next).toMatchObject({ measured: true });
});

test('ended by a limit of the target: the rest says which', async () => {
  const stop = AbortSignal.abort(new EnvironmentError('the time limit of 2m 0s ended the run'));
  const [answer] = await ask([1], contextOf(() => 100).context, stop, [question(1, 0)]);
  expect(answer!.sentence).toBe('not measured because the time limit of 2m 0s ended the run');
});

test('where pods take long to start, questions take longer by each start in turn', async () => {
  const { context, leftOut } = contextOf(() => 100_000);
  context.slowStartMs = 60_000;
  const two = { ...question(2, 10_000), inTurn: 2 };
  await ask([1, 2], context, never, [question(1, 10_000), two]);
  expect(leftOut).toEqual([expect.stringContaining('question 2, q2: it takes 2m 10s at least')]);
  expect(tooShort([1, 2], 69_999, 60_000, [question(1, 10_000), two])).toMatch(
    /takes 70.0s, all of them 3m 20s at least/,
  );
});

test('a time that none of the questions fits into is told before anything starts', () => {
  const all = [question(1, 60_000), question(2, 40_000), question(9, 0)];
  expect(tooShort([1, 2, 9], 39_999, 0, all)).toMatch(
    /^the shortest of these questions takes 40.0s, all of them 1m 40s/,
  );
  expect(tooShort([1, 9], 40_000, 0, all)).toMatch(/takes 60.0s, all of them 60.0s/);
  expect(tooShort([1, 2, 9], 40_000, 0, all)).toBeUndefined();
  expect(tooShort([9], 1, 0, all)).toBeUndefined();
});
