import { expect, test } from 'vitest';
import { carriesTag, keepsLevel, keepsTime, liesInItsOwnDay } from './document-checks.ts';
import { LedgerBook } from './ledger-book.ts';

/** One record each second, the second one at midnight. */
function account(format: 'json' | 'text' = 'json') {
  const book = new LedgerBook();
  book.add({ ledger: 'stream', run: 'r1', stream: 's', file: '/f', format, payloadLength: 10, at: 0 });
  book.add({ ledger: 'pace', stream: 's', from: 0, at: Date.UTC(2026, 10, 24, 23, 59, 59, 250), perSecond: 1 });
  return book.streams.get('s')!;
}
const record = (seq: number) => ({ run: 'r1', stream: 's', seq });
const document = (source: Record<string, unknown>, index = 'logstash-2026.11.24') => ({ index, id: 'x', source });

test('the time is the line’s own, to the millisecond, in whatever zone', () => {
  const at = (time: unknown) => keepsTime(document({ '@timestamp': time }), record(0), account());
  expect([at('2026-11-24T23:59:59.250Z'), at('2026-11-24T23:59:59.250000000+00:00')]).toEqual([undefined, undefined]);
  expect(at('2026-11-25T08:59:59.250+09:00')).toBeUndefined();
  expect(at('2026-11-24T23:59:59.251Z')).toBe(
    '@timestamp: expected 2026-11-24T23:59:59.250Z, is 2026-11-24T23:59:59.251Z',
  );
  expect(at(undefined)).toContain('is undefined');
});

test('the level is the record’s, as its format spells it', () => {
  const level = (seq: number, level: unknown, format?: 'text') =>
    keepsLevel(document({ level }), record(seq), account(format));
  expect([level(0, 'info'), level(9, 'warn'), level(19, 'WARN', 'text')]).toEqual([undefined, undefined, undefined]);
  expect(level(9, 'info')).toBe('level: expected warn, is info');
});

test('the index is that of the day that the line says', () => {
  const index = (seq: number, name: string) => liesInItsOwnDay(document({}, name), record(seq), account());
  expect([index(0, 'logstash-2026.11.24'), index(1, 'logstash-2026.11.25')]).toEqual([undefined, undefined]);
  expect(index(1, 'logstash-2026.11.24')).toBe('index: expected logstash-2026.11.25, is logstash-2026.11.24');
});

test('the tag is asked for by name', () => {
  const name = (name: string) => carriesTag('docswave.applog')(document({ '@log_name': name }), record(0), account());
  expect([name('docswave.applog'), name('other')]).toEqual([
    undefined,
    '@log_name: expected docswave.applog, is other',
  ]);
});
