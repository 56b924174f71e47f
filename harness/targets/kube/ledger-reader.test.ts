import { expect, test } from 'vitest';
import { LedgerReader } from './ledger-reader.ts';

const APP = { pod: 'p', container: 'app', id: 'containerd://1' };
const opened = (stream: string) =>
  JSON.stringify({ ledger: 'stream', run: 'r', stream, file: '/f', format: 'json', payloadLength: 9, at: 1 });
const pace = (stream: string) => JSON.stringify({ ledger: 'pace', stream, from: 0, at: 1, perSecond: 1 });

test('only the application keeps a ledger; what looks like one and is none is complained about', () => {
  const reader = new LedgerReader('app');
  reader.line({ ...APP, container: 'fluentd' }, opened('s'));
  reader.line(APP, 'a word of the application');
  expect([reader.book.streams.size, reader.book.complaints]).toEqual([0, []]);
  reader.line(APP, '{"ledger":"stre');
  expect(reader.book.complaints).toEqual(['a ledger line that is none: {"ledger":"stre']);
});

test('the streams of a container that is gone were cut off, those of its next life were not', () => {
  const reader = new LedgerReader('app');
  const next = { ...APP, id: 'containerd://2' };
  reader.line(APP, opened('s'));
  reader.line(APP, opened('t'));
  reader.line(next, opened('u'));
  reader.end(APP);
  expect([...reader.book.streams.values()].map(({ ended }) => ended)).toEqual(['killed', 'killed', undefined]);
});

test('loads are counted by pod, over all lives of its application', () => {
  const reader = new LedgerReader('app');
  reader.line(APP, opened('s'));
  reader.line(APP, pace('s'));
  reader.line({ ...APP, id: 'containerd://2' }, opened('t'));
  reader.line({ ...APP, id: 'containerd://2' }, pace('t'));
  reader.line({ ...APP, pod: 'q', id: 'containerd://3' }, opened('u'));
  expect(['p', 'q', 'nobody'].map((pod) => reader.loadsBegun(pod))).toEqual([2, 0, 0]);
});
