import { type Command, Option } from 'commander';
import { TOPOLOGIES, type TopologyName } from '../core/target.ts';
import { parseThreshold, type Threshold } from '../core/threshold.ts';
import { UsageError } from '../core/trouble.ts';
import type { PlantName } from '../rehearsal/plants.ts';
import { LOAD_SETTABLE, type LoadSettings, parseLoadSettings } from '../runner/load-settings.ts';
import { durationMs, numberAbove0, numbersTo, someOf, wholeFrom1 } from './arguments.ts';
import { VARIABLES } from './config.ts';
import { type Goals, goalOptions } from './load-goals.ts';
import { AFTER_LOAD } from './load-help.ts';
import {
  AWS_HELP,
  awsOptions,
  collect,
  endOptions,
  type PlaceOptions,
  placeOptions,
  refuseKept,
  refuseStrayAws,
} from './place-options.ts';

/** What `npm run load` asks for: the questionnaire or, with `profile` or `replay`, one load. */
export interface LoadOptions extends PlaceOptions {
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
  goals: Goals;
  /** How often a figure that is compared is measured. */
  repeat?: number;
  settings: LoadSettings;
}

const QUESTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const BUDGET_MS = 15 * 60_000;
/** Where each deployment waits for a node and its images. */
const BUDGET_ON_FARGATE_MS = 75 * 60_000;

/** Whether pods start as Fargate starts them. */
export function onFargate({ target, rehearse }: { target?: string; rehearse?: boolean | undefined }): boolean {
  return target === 'aws' && !rehearse;
}

/** Adds the options of a run to the whole command; `asked` is told what was asked for. */
export function runOptions(command: Command, asked: (options: LoadOptions) => void): void {
  goalOptions(command)
    .option('-l, --list', 'list the profiles and what each is for', false)
    .option(
      '--for <duration>',
      'what the whole run may take (15m; 75m on AWS); with --profile: how long it lasts',
      durationMs,
    )
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
  awsOptions(endOptions(placeOptions(command)))
    .addHelpText('after', `${AFTER_LOAD(LOAD_SETTABLE, VARIABLES)}\n\n${AWS_HELP}`)
    .action((options: Raw) => {
      refuseStrayAws({ ...options, engine: command.getOptionValueSource('engine') });
      asked(runOf(options));
    });
}

function runOf({ for: forMs, p99, outage, topology, questions: some, rate, bytes: size, ...rest }: Raw): LoadOptions {
  const { set, threshold, replay, speed, sizes, plant = [], ...own } = rest;
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
  const budget = forMs ?? (single ? undefined : onFargate(own) ? BUDGET_ON_FARGATE_MS : BUDGET_MS);
  return {
    command: 'run',
    ...own,
    plant,
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
  'list' | 'profile' | 'repeat' | 'target' | 'engine' | 'pipeline' | 'keep' | 'reuse' | 'rehearse' | 'yes' | 'json'
> &
  Goals & {
    for?: number;
    plant?: readonly PlantName[];
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
