import { Command, Option } from 'commander';
import type { DurationLiteral } from '../core/duration.ts';
import { TOPOLOGIES, type TopologyName } from '../core/target.ts';
import { parseThreshold, type Threshold } from '../core/threshold.ts';
import { UsageError } from '../core/trouble.ts';
import { LOAD_SETTABLE, type LoadSettings, parseLoadSettings } from '../runner/load-settings.ts';
import {
  durationLiteral,
  durationMs,
  numberAbove0,
  numberFrom1,
  numbersTo,
  sizeBytes,
  someOf,
  wholeFrom1,
} from './arguments.ts';
import { VARIABLES } from './config.ts';
import { AFTER_LOAD, AFTER_PLAN } from './load-help.ts';
import { parseOrThrow } from './parse.ts';
import { collect, endOptions, placeOptions, refuseKept } from './place-options.ts';

/** What `npm run load` asks for: the questionnaire or, with `profile` or `replay`, one load. */
export interface LoadOptions {
  command: 'run';
  list: boolean;
  profile?: string;
  /** A rate histogram, and a size distribution, to be run in place of a profile; `speed`: so many times faster. */
  replay?: { file: string; speed: number; sizes?: string };
  /** What the whole questionnaire may take, or how long the profile is, ms; undefined: the profile's own length. */
  forMs?: number;
  topologies: TopologyName[];
  /** Numbers of load.md's questions, ascending; empty with a profile. */
  questions: number[];
  /** Beside those of the profile. */
  thresholds: Threshold[];
  /** As they were given. */
  goals: { p99: DurationLiteral; outage: DurationLiteral };
  /** How often a figure that is compared is measured. */
  repeat?: number;
  target: 'auto' | 'k3s' | 'embedded';
  engine: 'opensearch' | 'elasticsearch';
  pipeline: string;
  keep: boolean;
  reuse: boolean;
  json: boolean;
  settings: LoadSettings;
}

/** `npm run load -- compare A B`: two result folders. */
export interface CompareOptions {
  command: 'compare';
  folders: [string, string];
  json: boolean;
}

/** `npm run load -- plan`: what so many pods need. */
export interface PlanOptions {
  command: 'plan';
  pods: number;
  /** Of each pod, on the mean. */
  linesPerSecond: number;
  bytesPerLine: number;
  /** The highest rate, as a multiple of the mean. */
  peak: number;
  goals: { p99: DurationLiteral; outage: DurationLiteral };
  /** Result folder whose measurements are used; the newest unless told. */
  from?: string;
  json: boolean;
}

export type LoadCommand = LoadOptions | CompareOptions | PlanOptions;

const QUESTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const BUDGET_MS = 15 * 60_000;

/** Reads the command line; undefined when help was asked for and printed. Throws a UsageError. */
export function parseLoadOptions(argv: readonly string[]): LoadCommand | undefined {
  let asked: LoadCommand | undefined;
  const command = new Command('npm run load --')
    .description(
      'Measures how much load a fluentd sidecar bears, and answers whether it needs a queue and a collector in front of the domain.',
    )
    // Without this, what follows a subcommand is taken for an option of the whole where both know its name.
    .enablePositionalOptions()
    // Subcommands take these over when they are made.
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  runOptions(command).action((options) => {
    asked = runOf(options);
  });
  command
    .command('compare')
    .description('put two result folders side by side: no difference is claimed inside the noise')
    .argument('<A>', 'result folder of the one run, such as results/latest')
    .argument('<B>', 'and of the other')
    .option('--json', 'print the comparison as JSON', false)
    .action((one: string, two: string, { json }: { json: boolean }) => {
      asked = { command: 'compare', folders: [one, two], json };
    });
  planOptions(command.command('plan')).action((options) => {
    asked = planOf(options);
  });
  return parseOrThrow(command, argv) ? asked : undefined;
}

function runOptions(command: Command): Command {
  goals(command)
    .option('-l, --list', 'list the profiles and what each is for', false)
    .option('--for <duration>', 'what the whole run may take (15m); with --profile: how long it lasts', durationMs)
    .addOption(new Option('--profile <name>', 'run this one load and hold it to its thresholds').conflicts('replay'))
    .option('--replay <file.csv>', 'run a rate histogram (time,lines,bytes) as the load')
    .option('--speed <factor>', 'with --replay: so many times faster, at the same rates', numberAbove0)
    .option('--sizes <file.csv>', 'with --replay: lengths of lines (bytes,lines)')
    .option('--topology <list>', 'direct, aggregator, redis (all; with a profile: direct)', someOf(TOPOLOGIES))
    .option('--questions <list>', 'only these of the nine questions, as in 1,3 or 1-4', numbersTo(QUESTIONS.length))
    .option('--rate <lines/s>', 'short for --set stage.rate=…')
    .option('--bytes <size>', 'short for --set stage.bytes=…')
    .option('--set <key=value...>', 'change a setting for this run', collect, [] as string[])
    .option('--threshold <expression...>', 'one limit more, as in "p99 < 2s"', collect, [] as string[])
    .addOption(
      new Option(
        '--repeat <n>',
        'measure what is compared so often (3 where the time allows it; with a profile: 1)',
      ).argParser(wholeFrom1),
    );
  return endOptions(placeOptions(command)).addHelpText('after', AFTER_LOAD(LOAD_SETTABLE, VARIABLES));
}

function planOptions(command: Command): Command {
  return goals(command)
    .description('what so many pods need, from what was measured: size, buffer, volume, domain, and whether a queue')
    .requiredOption('--pods <n>', 'how many pods', wholeFrom1)
    .requiredOption('--lines <lines/s>', 'of each pod, on the mean', numberAbove0)
    .requiredOption('--bytes <size>', 'mean length of a line, such as 400 or 1KiB', sizeBytes)
    .addOption(
      new Option('--peak <factor>', 'the highest rate, as a multiple of the mean').argParser(numberFrom1).default(1),
    )
    .option('--from <dir>', 'result folder whose measurements are used (the newest of npm run load)')
    .option('--json', 'print the plan as JSON', false)
    .addHelpText('after', AFTER_PLAN);
}

/** The two goals that a verdict is made for. */
function goals(command: Command): Command {
  return command
    .addOption(
      new Option('--p99 <duration>', 'goal: written to searchable, p99').argParser(durationLiteral).default('5s'),
    )
    .addOption(
      new Option('--outage <duration>', 'goal: an outage of the domain that loses nothing')
        .argParser(durationLiteral)
        .default('15m'),
    );
}

function runOf({ for: forMs, p99, outage, topology, questions: some, rate, bytes: size, ...rest }: Raw): LoadOptions {
  const { set, threshold, replay, speed, sizes, ...own } = rest;
  const single = own.profile !== undefined || replay !== undefined;
  if (replay === undefined && (speed !== undefined || sizes !== undefined))
    throw new UsageError('--speed and --sizes say how a file is replayed: expected --replay FILE with them');
  if (single && some)
    throw new UsageError('--questions are those of the whole run: expected it without --profile and --replay');
  refuseKept(own);
  const short = [
    ...(rate === undefined ? [] : [`stage.rate=${rate}`]),
    ...(size === undefined ? [] : [`stage.bytes=${size}`]),
  ];
  const budget = forMs ?? (single ? undefined : BUDGET_MS);
  return {
    command: 'run',
    ...own,
    ...(replay === undefined ? {} : { replay: { file: replay, speed: speed ?? 1, ...(sizes ? { sizes } : {}) } }),
    ...(budget === undefined ? {} : { forMs: budget }),
    topologies: topology ?? (single ? ['direct'] : [...TOPOLOGIES]),
    questions: single ? [] : (some ?? [...QUESTIONS]),
    thresholds: threshold.map(parseThreshold),
    goals: { p99, outage },
    settings: parseLoadSettings([...set, ...short]),
  };
}

/** What commander makes of the options. */
type Raw = Pick<
  LoadOptions,
  'list' | 'profile' | 'repeat' | 'target' | 'engine' | 'pipeline' | 'keep' | 'reuse' | 'json'
> &
  LoadOptions['goals'] & {
    for?: number;
    replay?: string;
    speed?: number;
    sizes?: string;
    topology?: TopologyName[];
    questions?: number[];
    rate?: string;
    bytes?: string;
    set: string[];
    threshold: string[];
  };

type RawPlan = Pick<PlanOptions, 'pods' | 'peak' | 'json' | 'from'> &
  PlanOptions['goals'] & { lines: number; bytes: number };

function planOf({ pods, lines, bytes: bytesPerLine, peak, p99, outage, from, json }: RawPlan): PlanOptions {
  return {
    command: 'plan',
    pods,
    linesPerSecond: lines,
    bytesPerLine,
    peak,
    goals: { p99, outage },
    ...(from === undefined ? {} : { from }),
    json,
  };
}
