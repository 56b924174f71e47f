import { statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identitiesIn } from '../core/record.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';
import { probe } from './probe.ts';
import { probeLines } from './probe-lines.ts';

const CONF = '<source>\n@type tail\npath FOLDER/*.log\npos_file FOLDER/.lines.pos\n</source>';

/** A stack that lets each record through as far as `to`. */
async function open(to: 'written' | 'read' | 'accepted' | 'searchable'): Promise<FakeStack> {
  const stack = await fakeStack(CONF);
  writeFileSync(stack.logFile, 'what was there before\n');
  stack.position(22);
  stack.says.onWrite = (line) => {
    const [identity] = identitiesIn(line);
    const { run, stream } = identity!;
    if (to === 'written') return;
    stack.position(statSync(stack.logFile).size);
    if (to === 'read') return;
    stack.says.journal = (asked) =>
      asked === run ? [{ run, stream, from: 0, to: 1, at: Date.now(), status: 201 }] : [];
    if (to === 'accepted') return;
    stack.says.documents = (query) =>
      query.includes(run) ? [{ _index: 'logstash-2026.11.25', _id: 'x', _source: {} }] : [];
  };
  return stack;
}

const seen = (stages: Awaited<ReturnType<typeof probe>>['stages']) =>
  stages.filter(({ afterMs }) => afterMs !== undefined).map(({ stage }) => stage);

describe('a probe', () => {
  test('is followed to where a search finds it, and no stage is later than the next', async () => {
    await using stack = await open('searchable');
    const { id, stages, searchableMs, index } = await probe(stack, { withinMs: 5000 });
    expect(id).toMatch(/^probe[a-z0-9]+\/probe\.0\.0\/000000000$/);
    expect(seen(stages)).toEqual(['written', 'read', 'accepted', 'searchable']);
    const times = stages.map(({ afterMs }) => afterMs!);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(searchableMs).toBe(times.at(-1));
    expect(index).toBe('logstash-2026.11.25');
  });

  test.each(['written', 'read', 'accepted'] as const)(
    'that is no more than %s is said to be stuck there',
    async (to) => {
      await using stack = await open(to);
      const result = await probe(stack, { withinMs: 300 });
      expect(seen(result.stages).at(-1)).toBe(to);
      expect(result.searchableMs).toBeUndefined();
      const saw = {
        written: /has read 22 bytes, and it stands at \d+/,
        read: /has not answered/,
        accepted: /no search finds it/,
      }[to];
      expect(probeLines(result, 300).join('\n')).toMatch(saw);
      expect(probeLines(result, 300).at(-1)).toContain('npm run doctor -- --pipeline');
    },
  );

  test('that the domain refuses tells with what', async () => {
    await using stack = await open('read');
    stack.says.journal = (run) => [{ run, stream: 'probe.0.0', from: 0, to: 1, at: 0, status: 403 }];
    const { stages } = await probe(stack, { withinMs: 300 });
    expect(stages[2]?.saw).toBe('the domain refused it with 403');
  });

  test('that a search finds was read and accepted, also where nothing told of it', async () => {
    await using stack = await open('written');
    stack.says.documents = () => [{ _index: 'i', _id: 'x', _source: {} }];
    const { stages } = await probe(stack, { withinMs: 60_000 });
    expect(seen(stages)).toEqual(['written', 'read', 'accepted', 'searchable']);
  });

  test('ends with its signal', async () => {
    await using stack = await open('read');
    const signal = AbortSignal.timeout(200);
    await expect(probe(stack, { withinMs: 60_000, signal })).rejects.toThrow('timeout');
  });
});
