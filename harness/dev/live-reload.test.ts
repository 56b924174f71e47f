import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../core/condition.ts';
import { liveReload, type SendProbe } from './live-reload.ts';
import type { Applied, DevStack } from './stack.ts';

const CONF = 'first line\nsecond line\nthird line\nfourth line\n';

/** Saves a configuration under a live reload whose fluentd and whose probe answer so; returns what was printed, and what the page was told. */
async function saved(answer: () => Promise<Applied>, probe: SendProbe) {
  const root = mkdtempSync(join(tmpdir(), 'reload-'));
  const configFile = join(root, 'td-agent.conf');
  writeFileSync(configFile, 'before');
  const printed: string[] = [];
  const told: unknown[] = [];
  const stop = new AbortController();
  const applied: string[] = [];
  const apply = (conf: string) => {
    applied.push(conf);
    return answer();
  };
  const over = liveReload({
    ...{ stack: { configFile, apply } as unknown as DevStack, probe, root, signal: stop.signal },
    say: () => {},
    print: (text) => printed.push(text),
    reloaded: (result) => told.push(result),
  });
  writeFileSync(configFile, CONF);
  const printedSomething = () =>
    printed.length > 0 ? { met: true as const, value: 0 } : { met: false as const, saw: 'nothing' };
  await until({ name: 'something to be printed', look: printedSomething }, { withinMs: 5000, everyMs: 5 });
  stop.abort();
  await over;
  expect(applied).toEqual([CONF]);
  return { printed: printed.join('\n'), told };
}

const reloaded = async (): Promise<Applied> => ({ applied: true, how: 'reloaded in place' });
const refused = (line?: number) => async (): Promise<Applied> => ({
  ...{ applied: false, error: 'it is wrong', file: '/x/td-agent.conf' },
  ...(line === undefined ? {} : { line }),
});
const never: SendProbe = () => Promise.reject(new Error('no probe was to be sent'));

test('a good one is told with the time until a probe was searchable', async () => {
  const stages = [{ stage: 'searchable', afterMs: 1400 }];
  const { printed, told } = await saved(reloaded, async () => ({ stages, searchableMs: 1400 }));
  expect(printed).toMatch(
    /^✔ td-agent\.conf reloaded in place after \d+ms: searchable after 1\.4s, \d+ms from saving$/,
  );
  expect(told).toEqual([{ applied: true, how: 'reloaded in place', searchableMs: 1400 }]);
});

test('a good one after which nothing arrives is told with the stage that was not reached', async () => {
  const stages = [
    { stage: 'written', afterMs: 3 },
    { stage: 'accepted', afterMs: undefined, saw: 'the domain refused it with 403' },
    { stage: 'searchable', afterMs: undefined },
  ];
  const { printed, told } = await saved(reloaded, async () => ({ stages, searchableMs: undefined }));
  expect(printed).toMatch(
    /^✘ .*but a probe was not accepted within 30\.0s: the domain refused it with 403; see npm run doctor/,
  );
  expect(told).toEqual([{ applied: true, how: 'reloaded in place' }]);
});

test('a refused one is told with its line and what stands around it, and no probe is sent', async () => {
  const { printed, told } = await saved(refused(2), never);
  expect(printed).toBe(
    [
      '✘ td-agent.conf:2: it is wrong',
      '       1 first line',
      '  >    2 second line',
      '       3 third line',
      '  the old configuration goes on',
    ].join('\n'),
  );
  expect(told).toEqual([{ applied: false, error: 'it is wrong', file: '/x/td-agent.conf', line: 2 }]);
});

const edges: [number | undefined, string[]][] = [
  [undefined, ['✘ td-agent.conf: it is wrong', '  the old configuration goes on']],
  [
    1,
    [
      '✘ td-agent.conf:1: it is wrong',
      '  >    1 first line',
      '       2 second line',
      '  the old configuration goes on',
    ],
  ],
];
test.each(edges)('a refused one at line %s', async (line, expected) => {
  expect((await saved(refused(line), never)).printed).toBe(expected.join('\n'));
});

test('whoever is interrupted in the middle of a reload does not wait for it', async () => {
  const configFile = join(mkdtempSync(join(tmpdir(), 'reload-')), 'td-agent.conf');
  writeFileSync(configFile, 'before');
  const stop = new AbortController();
  const { promise: applying, resolve } = Promise.withResolvers<void>();
  const apply = () => {
    resolve();
    return new Promise<Applied>(() => {});
  };
  const over = liveReload({
    ...{ stack: { configFile, apply } as unknown as DevStack, probe: never, root: '/', signal: stop.signal },
    ...{ say: () => {}, print: (text) => expect(text).toBe('nothing'), reloaded: () => {} },
  });
  writeFileSync(configFile, CONF);
  await applying;
  stop.abort();
  await over;
});

test('what goes wrong on the way is told, and the watching goes on', async () => {
  const { printed } = await saved(() => Promise.reject(new Error('Docker is away')), never);
  expect(printed).toBe('✘ Docker is away');
});
