import { Command, Option } from 'commander';
import { startVitest } from 'vitest/node';
import { EXIT, UsageError } from '../core/trouble.ts';
import { DockerUnavailable, dockerVersion } from '../tools/docker.ts';
import { CommandError, run } from '../tools/shell.ts';
import { readConfig } from './config.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';
import { ROOT } from './root.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const { ci } = readConfig();
const command = new Command('npm test --')
  .description(
    'Types, lint, unit tests, and the end-to-end tests where Docker is. Ends with "N passed, N failed, N skipped".',
  )
  .addOption(
    new Option('--e2e <when>', 'end-to-end tests: where Docker answers, always, or not at all')
      .choices(['auto', 'required', 'never'])
      .default(ci ? 'required' : 'auto', ci ? 'required, as CI is set' : 'auto'),
  );

await exitWith(async () => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const { e2e } = command.opts<{ e2e: 'auto' | 'required' | 'never' }>();
  const missing = await whyNoDocker();
  if (e2e === 'required' && missing) throw new UsageError(`the end-to-end tests are required, and ${missing}`);
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  await check('types', ['tsc'], counts);
  await check('types of the page', ['tsc', '-p', 'harness/dev/page/client'], counts);
  await check('lint', ['biome', 'check'], counts);
  await tests({ docker: e2e !== 'never' && !missing, embedded: e2e !== 'never' }, counts);
  if (e2e === 'never') process.stdout.write('end-to-end tests: left out, as asked\n');
  else if (missing) process.stdout.write(`end-to-end tests: skipped by name above, as ${missing}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed === 0 ? EXIT.pass : EXIT.broken;
});

/** Runs a checker over the project; its words are shown when it finds something. */
async function check(name: string, argv: string[], counts: Counts): Promise<void> {
  try {
    await run(argv, { withinMs: 300_000 });
    process.stdout.write(`✓ ${name}\n`);
    counts.passed++;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stdout.write(`× ${name}\n${error.output}\n`);
    counts.failed++;
  }
}

/** Runs both projects of vitest.config.ts; end-to-end tests that lack what they need are collected, named and skipped. */
async function tests({ docker, embedded }: { docker: boolean; embedded: boolean }, counts: Counts): Promise<void> {
  const vitest = await startVitest('test', [], {
    root: ROOT,
    watch: false,
    reporters: docker ? ['default'] : ['verbose'],
    provide: { docker, embedded },
  });
  for (const module of vitest.state.getTestModules()) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') counts[state]++;
      else counts.skipped++;
    }
  }
  counts.failed += vitest.state.getUnhandledErrors().length;
  await vitest.close();
}

async function whyNoDocker(): Promise<string | undefined> {
  try {
    await dockerVersion();
    return undefined;
  } catch (error) {
    if (error instanceof DockerUnavailable) return error.message;
    throw error;
  }
}
