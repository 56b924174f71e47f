import { describe, expect, test } from 'vitest';
import { bufferState, together } from './buffer-state.ts';

const plugins = (bytes: number, retry: object = {}) =>
  JSON.stringify({ plugins: [{ buffer_queue_length: bytes ? 1 : 0, buffer_total_queued_size: bytes, retry }] });
const state = (bytes: number, retry?: object) => bufferState(plugins(bytes, retry), []);

describe('retries that monitor_agent keeps to itself', () => {
  const failed = '[warn]: [domain] failed to flush the buffer. retry_times=0';
  const told = (bytes: number, log: string[]) => bufferState(plugins(bytes), log);

  test('are known from the log, until one succeeds', () => {
    expect(told(7, ['[info]: fluentd worker is now running']).retrying).toBe(false);
    expect(told(7, [failed])).toMatchObject({ retrying: true, saw: '1 chunks, 7 B buffered, retrying' });
    expect(told(7, [failed, '[warn]: [domain] retry succeeded.']).retrying).toBe(false);
  });

  test('are none where nothing is held: another life of fluentd delivered it', () => {
    expect(told(0, [failed])).toMatchObject({ empty: true, retrying: false });
  });
});

describe('several fluentds together', () => {
  test('are empty when each is, and retry when one does', () => {
    expect(together([state(0), state(0)])).toMatchObject({ empty: true, retrying: false });
    expect(together([state(0), state(7, { steps: 1 })])).toMatchObject({ empty: false, retrying: true });
  });
  test('one that does not tell leaves it open, unless another holds something', () => {
    const silent = bufferState(undefined, []);
    expect(together([state(0), silent]).empty).toBeUndefined();
    expect(together([state(7), silent]).empty).toBe(false);
  });
  test('none at all is not known to be empty', () => {
    expect(together([])).toEqual({ empty: undefined, retrying: false, saw: 'no fluentd runs' });
  });
});
