import { expect, test } from 'vitest';
import { readOptions } from '../../emitter/options.ts';
import { emitterArgs } from './emitter-args.ts';

const read = (load: Parameters<typeof emitterArgs>[2]) => readOptions(emitterArgs('r1', '/l/app.log', load))!;

test('a pace and an end', () => {
  expect(read({ linesPerSecond: 50, for: '2s', bytes: '1KiB', files: 2 })).toMatchObject({
    stages: undefined,
    linesPerSecond: 50,
    count: 100,
    onSignal: true,
    files: [
      { path: '/l/app.log', lineBytes: 1024, share: 0.5 },
      { path: '/l/app-2.log', lineBytes: 1024, share: 0.5 },
    ],
  });
  expect(read({ linesPerSecond: 'max', lines: 7 })).toMatchObject({ linesPerSecond: 0, count: 7 });
});

test('stages and sizes take the place of pace, end, length and files', () => {
  const load = {
    linesPerSecond: 500,
    for: '9s',
    bytes: '300B',
    files: 5,
    stages: [
      { for: '20s', linesPerSecond: 100 },
      { for: '30s', linesPerSecond: 0 },
    ],
    sizes: [
      { bytes: '200B', share: 0.9 },
      { bytes: '32KiB', share: 0.1 },
    ],
  } as const;
  expect(read(load)).toMatchObject({
    stages: [
      { forMs: 20_000, perSecond: 100 },
      { forMs: 30_000, perSecond: 0 },
    ],
    files: [
      { path: '/l/app.log', lineBytes: 200, share: 0.9 },
      { path: '/l/app-2.log', lineBytes: 32_768, share: 0.1 },
    ],
  });
});
