import { errors } from '@opensearch-project/opensearch';
import { expect, test } from 'vitest';
import { noRoomAtTheDoor, patiently } from './patience.ts';

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
  expect(await patiently(ask, { everyMs: 1 })).toBe(7);
  expect(asked()).toBe(3);
});

test('an index that is too new to be searched is asked for again; shards that failed are a failure', async () => {
  const shards = (...failed_shards: object[]) =>
    new errors.ResponseError({
      statusCode: 503,
      body: { error: { type: 'search_phase_execution_exception', reason: 'all shards failed', failed_shards } },
      headers: {},
      warnings: null,
      meta: {},
    } as never);
  const young = engine(shards(), shards());
  expect(await patiently(young.ask, { everyMs: 1 })).toBe(7);
  const broken = engine(shards({ shard: 0, reason: { type: 'corrupt_index_exception' } }));
  await expect(patiently(broken.ask, { everyMs: 1 })).rejects.toMatchObject({ statusCode: 503 });
  expect(broken.asked()).toBe(1);
});

test('any other failure is one, and so is an engine that never has room', async () => {
  const broken = engine(answer(500));
  await expect(patiently(broken.ask, { everyMs: 1 })).rejects.toMatchObject({ statusCode: 500 });
  expect(broken.asked()).toBe(1);
  await expect(
    patiently(engine(...Array.from({ length: 99 }, () => answer(429))).ask, { withinMs: 20, everyMs: 5 }),
  ).rejects.toMatchObject({ statusCode: 429 });
});

test('at the door is where nothing was done yet', () => {
  const says = (reason: string, status = 429) =>
    Object.assign(answer(status), { message: `[parent] Data too large, data for [${reason}] would be` });
  expect(noRoomAtTheDoor(says('<http_request>'))).toBe(true);
  expect(noRoomAtTheDoor(says('<reused_arrays>'))).toBe(false);
  expect(noRoomAtTheDoor(says('<http_request>', 500))).toBe(false);
});
