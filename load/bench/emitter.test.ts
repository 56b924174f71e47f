import { expect, test } from 'vitest';
import { positionIn, readingConf } from './emitter.ts';
import { confOf, confTo } from './fluentd.ts';

test('what only reads is the tail source as delivered, in front of nothing', () => {
  const conf = readingConf(confOf('delivered'));
  expect(conf).toMatch(/^<source>[\s\S]*@type tail_to_the_end[\s\S]*@type json_or_text[\s\S]*<\/source>\n<match/);
  expect(conf.match(/@type \S+/g)).toEqual(['@type tail_to_the_end', '@type json_or_text', '@type null']);
  expect(() => readingConf('<source>\n@type forward\n</source>\n')).toThrow('to be the tail source');
});

test('a position file says how much is read', () => {
  expect(positionIn('/app/log/app.log\t000000000000ff10\t00000000000a\n')).toBe(0xff10);
  expect(positionIn('')).toBe(0);
});

test.each(['delivered', 'as-written'] as const)(
  '%s is pointed at an edge, and nothing else of it is changed',
  (pipeline) => {
    const box = { name: 'box' } as Parameters<typeof confTo>[1];
    const [before, after] = [confOf(pipeline).split('\n'), confTo(pipeline, box).split('\n')];
    const changed = after.filter((line, i) => line !== before[i]);
    expect(changed.map((line) => line.trim())).toEqual(['url http://box:9200']);
  },
);
