import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ROOT } from '../cli/root.ts';
import { DIFFERENCES } from '../rehearsal/differences.ts';
import { PLANTS } from '../rehearsal/plants.ts';
import { checksFor } from '../targets/aws/preflight/checks.ts';
import { run } from '../tools/shell.ts';
import { type House, scriptCalls } from './commands.ts';
import { houseOf } from './house.ts';

const DOC = 'docs/aws.md';
const text = readFileSync(join(ROOT, DOC), 'utf8');
const inBlocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!);
const inText = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`(npm run [^`]+)`/g)].map(([, call]) => call!);

let house: House;
beforeAll(async () => {
  house = await houseOf();
});

test('its npm commands are such as the project takes', () => {
  const calls = scriptCalls([...inBlocks, ...inText].join('\n'));
  expect(calls.length).toBeGreaterThan(10);
  for (const { script, words } of calls.filter((call) => !call.words.includes('--help'))) {
    expect(house.scripts).toContain(script);
    expect(house.refuses(script, words), `npm run ${script} -- ${words.join(' ')}`).toBeUndefined();
  }
});

test('the failures that it plants are there', () => {
  const planted = [...text.matchAll(/--plant ((?:\w+=[\w-]+ ?)+)/g)].flatMap(([, names]) => names!.trim().split(' '));
  expect(planted.length).toBeGreaterThan(1);
  for (const name of planted) expect(Object.keys(PLANTS)).toContain(name);
});

test('the variables that it names are there', () => {
  const named = new Set(text.match(/\bEFK_AWS_\w+/g)!.filter((name) => name !== 'EFK_AWS_'));
  expect(named.size).toBeGreaterThan(1);
  for (const name of named) expect(house.variables).toContain(name);
});

test('its commands are such as bash reads', async () => {
  for (const input of inBlocks) await run(['bash', '-n'], { input });
});

test('what it links to is there', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!).filter((link) => !link.includes('://'));
  for (const link of links) expect(existsSync(join(ROOT, 'docs', link)), link).toBe(true);
  const own = ['person-policy.json', 'pods-policy.json', 'pods-trust-policy.json', 'kubernetes-rights.yaml'];
  for (const name of own) expect(links).toContain(`aws/${name}`);
});

test.each([
  'person-policy.json',
  'pods-policy.json',
  'pods-trust-policy.json',
  'fargate-trust-policy.json',
  'ci-trust-policy.json',
])('its own command fills in %s', async (name) => {
  expect(text).toContain(`$(fill ${name})`);
  const fill = inBlocks.join('').match(/^fill\(\) \{.*?\}$/ms)![0];
  const values = { AWS_REGION: 'eu-north-1', ACCOUNT: '123456789012', CLUSTER: 'c', DOMAIN: 'd', REPOSITORY: 'r/s' };
  const set = Object.entries({ ...values, OIDC: 'oidc.example/id/1', GITHUB: 'o@1/n@2' });
  const script = [...set.map(([key, value]) => `${key}=${value}`), fill, `fill ${name}`].join('\n');
  const filled = await run(['bash', '-c', `cd "$0"; ${script}`, ROOT]);
  for (const arn of JSON.stringify(JSON.parse(filled)).matchAll(/"(arn:[^"]+)"/g))
    expect(arn[1]).not.toMatch(/[A-Z]{3}/);
  expect(filled).not.toMatch(/REGION|ACCOUNT|CLUSTER|DOMAIN|REPOSITORY|OIDC|GITHUB/);
});

test('it tells every difference of a rehearsal, in the words of its report', () => {
  for (const difference of DIFFERENCES) expect(text.replaceAll(/\s+/g, ' ')).toContain(difference);
});

test('the checks that it quotes are those that there are', () => {
  const quoted = [...text.matchAll(/^(?:[✔!✘]|\|) `?([\w' ]+)(?:: |`)/gm)].map(([, name]) => name!);
  const known = checksFor({ pods: { role: '' } }).map(({ name }) => name);
  expect(quoted.length).toBeGreaterThan(14);
  for (const name of quoted) expect(known).toContain(name);
});
