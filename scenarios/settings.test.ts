import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const conf = readFileSync(join(import.meta.dirname, '..', 'fluentd', 'td-agent.conf'), 'utf8');
const scenarios = globSync('*.ts', { cwd: import.meta.dirname })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => basename(file, '.ts'));

/** Names before the reason of a comment: `# survives-an-outage, survives-throttling: why`. */
function guardsIn(comment: string): string[] {
  const names = comment.match(/^\s*# ((?:[a-z0-9]+(?:-[a-z0-9]+)+)(?:, [a-z0-9]+(?:-[a-z0-9]+)+)*): /)?.[1];
  return names?.split(', ') ?? [];
}

test('every comment of td-agent.conf that gives a reason names scenarios that there are', () => {
  const named = conf.split('\n').flatMap(guardsIn);
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !scenarios.includes(name))).toEqual([]);
});

/** What says where something is, or how often metrics are taken; not how records fare. */
const PLACES = new Set([
  'interval',
  '@type',
  '@id',
  'tag',
  'url',
  'region',
  'access_key_id',
  'secret_access_key',
  'bind',
  'port',
]);

test('every tuned value of the way to the domain stands below the name of a scenario that guards it', () => {
  const unguarded: string[] = [];
  let guards: string[] = [];
  for (const line of conf.split('\n')) {
    if (/^\s*#/.test(line)) guards = guardsIn(line).length > 0 ? guardsIn(line) : guards;
    else if (/^\s*(<|$)/.test(line)) guards = [];
    else if (guards.length === 0 && !PLACES.has(line.trim().split(' ')[0]!)) unguarded.push(line.trim());
  }
  expect(unguarded).toEqual([]);
});
