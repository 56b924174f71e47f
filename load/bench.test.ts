import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIGURES } from './bench/figures.ts';

function bench(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1', DOCKER_HOST: 'unix:///nowhere' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'bench.ts'), ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('--list names every figure', () => {
  const { status, stdout } = bench('--list');
  expect(status).toBe(0);
  const lines = FIGURES.map(({ name, title, long }) => `${name}${long ? ' (with --whole)' : ''}\n  ${title}\n`);
  expect(stdout).toBe(lines.join(''));
});

test.each([
  [['--only', 'egde'], '--only "egde": no such figure; there are emitter, edge, '],
  [['--rounds', '2'], "argument '2' is invalid. expected a whole number, 3 at least"],
  [['--rounds', 'many'], "argument 'many' is invalid."],
  [['--faster'], "unknown option '--faster'"],
])('%j is bad usage', (args, message) => {
  const { status, stderr } = bench(...args);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});

test('without Docker: what is not measured says why, in the table and in JSON, and the exit code is of the environment', () => {
  const table = bench('--only', 'emitter');
  expect(table.stdout).toContain('not measured because Docker does not answer: ');
  expect(table.status).toBe(3);
  const { status, stdout } = bench('--only', 'emitter', '--json');
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    rounds: 3,
    rows: [{ measured: null, note: expect.stringContaining('Docker') }],
  });
});
