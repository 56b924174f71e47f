import { cpus, totalmem } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../harness/cli/config.ts';
import { exitWith } from '../harness/cli/exit.ts';
import { parseOrThrow } from '../harness/cli/parse.ts';
import { Progress } from '../harness/cli/progress.ts';
import { ROOT } from '../harness/cli/root.ts';
import { formatBytes } from '../harness/core/duration.ts';
import { EXIT } from '../harness/core/trouble.ts';
import { commitOf } from '../harness/report/environment.ts';
import { dockerVersion } from '../harness/tools/docker.ts';
import { removeLeftOvers } from '../harness/tools/left-overs.ts';
import { type Figure, type Row, unmeasured } from './bench/figure.ts';
import { FIGURES, pickFigures } from './bench/figures.ts';
import { markdownTable, rowLine } from './bench/table.ts';

const command = new Command('npm run bench --')
  .description(
    'Measures what the harness and its pipeline are good for, as ratios within one run, and sets each figure against its aim.',
  )
  .option(
    '--only <a,b>',
    'measure only these figures',
    (value: string) => value.split(',').map((name) => name.trim()),
    [],
  )
  .option('--list', 'list the figures', false)
  .option('--whole', 'measure the long ones too: every scenario of npm run e2e', false)
  .option('--rounds <n>', 'how often each contender is measured, 3 at least', atLeast3, 3)
  .option('--json', 'print all that was measured on stdout as JSON; progress goes to stderr', false)
  .addHelpText(
    'after',
    '\nA missed aim is no failure: the exit code is 0 unless a figure could not be measured (3), 2 for bad usage, 130 interrupted.',
  );

await exitWith(async (signal) => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const { only, list, whole, rounds, json } = command.opts<{
    only: string[];
    list: boolean;
    whole: boolean;
    rounds: number;
    json: boolean;
  }>();
  const figures = pickFigures(FIGURES, only, whole);
  if (list) {
    for (const { name, title, long } of FIGURES)
      process.stdout.write(`${name}${long ? ' (with --whole)' : ''}\n  ${title}\n`);
    return EXIT.pass;
  }
  const { images } = readConfig();
  const progress = new Progress(json ? process.stderr : process.stdout);
  const noDocker = await whyNoDocker();
  if (noDocker === undefined) await removeLeftOvers((line) => progress.print(line));
  const rows: Row[] = [];
  const measure = async ({ name, title, needsDocker, measure }: Figure): Promise<Row[]> => {
    if (needsDocker && noDocker !== undefined) return [unmeasured(title, noDocker)];
    try {
      return await measure({ rounds, images, signal, say: (what) => progress.say(name, what) });
    } catch (error) {
      signal.throwIfAborted();
      return [unmeasured(title, error instanceof Error ? error.message : String(error))];
    }
  };
  try {
    for (const figure of figures) {
      progress.start(figure.name);
      const found = await measure(figure);
      rows.push(...found);
      progress.done(figure.name, found.map(rowLine).join('\n'));
    }
  } finally {
    progress.stop();
  }
  const machine = { cpus: cpus().length, cpuModel: cpus()[0]?.model ?? null, memoryBytes: totalmem() };
  const about = { ...(await commitOf(ROOT)), at: new Date().toISOString(), rounds, ...machine };
  if (json) process.stdout.write(`${JSON.stringify({ ...about, rows }, undefined, 2)}\n`);
  else {
    const on = `${about.cpus} × ${about.cpuModel}, ${formatBytes(about.memoryBytes)}`;
    process.stdout.write(
      `\n${about.at.slice(0, 10)}, commit ${about.commit?.slice(0, 9)}${about.changed ? ' with changes' : ''}, ${on}\n\n${markdownTable(rows)}\n`,
    );
  }
  return rows.some(({ measured }) => measured === null) ? EXIT.environment : EXIT.pass;
});

function atLeast3(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 3)
    throw new InvalidArgumentError('expected a whole number, 3 at least: fewer show no spread');
  return count;
}

async function whyNoDocker(): Promise<string | undefined> {
  try {
    await dockerVersion();
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}
