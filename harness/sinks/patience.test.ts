import { errors } from '@opensearch-project/opensearch';
import { expect, test } from 'vitest';
import { noRoomAtTheDoor, whileThereIsRoom } from './patience.ts';

const answer = (statusCode: number) =>
  new errors.ResponseError({
    statusCode,
    body: { error: { type: 'circuit_breaking_exception' } },
    headers: {},
    warnings: null,
    meta: {},
  } as never);

/** Fails with each of these in turn, then answers. */
function engine(...failures: Error[]) {
  let asked = 0;
  const ask = async () => {
    const failure = failures[asked++];
    if (failure) throw failure;
    return 7;
  };
  return { ask, asked: () => asked };
}

test('an engine without room is asked again until it answers', async () => {
  const { ask, asked } = engine(answer(429), answer(429));
  expect(await whileThereIsRoom(ask, { everyMs: 1 })).toBe(7);
  expect(asked()).toBe(3);
});

test('any other failure is one, and so is an engine that never has room', async () => {
  const broken = engine(answer(500));
  await expect(whileThereIsRoom(broken.ask, { everyMs: 1 })).rejects.toMatchObject({ statusCode: 500 });
  expect(broken.asked()).toBe(1);
  await expect(
    whileThereIsRoom(engine(...Array.from({ length: 99 }, () => answer(429))).ask, { withinMs: 20, everyMs: 5 }),
  ).rejects.toMatchObject({ statusCode: 429 });
});

test('at the door is where nothing was done yet', () => {
  const says = (reason: string, status = 429) =>
    Object.assign(answer(status), { message: `[parent] Data too large, data for [${reason}] would be` });
  expect(noRoomAtTheDoor(says('<http_request>'))).toBe(true);
  expect(noRoomAtTheDoor(says('<reused_arrays>'))).toBe(false);
  expect(noRoomAtTheDoor(says('<http_request>', 500))).toBe(false);
});
