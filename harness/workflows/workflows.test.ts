import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../cli/root.ts';
import { run } from '../tools/shell.ts';
import { checkWorkflow } from './checks.ts';
import { type House, scriptCalls } from './commands.ts';
import { houseOf } from './house.ts';
import type { Workflow } from './workflow.ts';

const FOLDER = join(ROOT, '.github', 'workflows');
let house: House;
beforeAll(async () => {
  house = await houseOf();
});

describe('the workflows of .github', () => {
  const files = readdirSync(FOLDER);
  test('are three', () => expect(files.sort()).toEqual(['aws.yml', 'e2e.yml', 'load.yml']));
  test.each(files)('%s: nothing is wrong with it', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    expect(checkWorkflow(parse(text), house)).toEqual([]);
    // Which release a SHA is stands behind it.
    for (const line of text.split('\n').filter((one) => one.includes('uses:')))
      expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
  test.each(files)('%s: its scripts are such as bash reads', async (file) => {
    const { jobs } = parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow;
    const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(2);
    for (const input of scripts) await run(['bash', '-n'], { input });
  });
  test('call what they are for', () => {
    const calls = (file: string) =>
      Object.values((parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow).jobs)
        .flatMap(({ steps = [] }) => steps)
        .flatMap(({ run }) => scriptCalls(run ?? ''))
        .map(({ script, words }) => [script, ...words].join(' '));
    expect(calls('e2e.yml')).toEqual(['e2e --target k3s']);
    expect(calls('load.yml')).toEqual(['load --target k3s --for $LASTS', 'load compare $before results/latest']);
    expect(calls('aws.yml')).toEqual(['doctor --target aws', 'e2e --target aws --yes', 'down --target aws']);
  });
});
