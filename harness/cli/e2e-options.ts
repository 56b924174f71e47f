import { Command, InvalidArgumentError, Option } from 'commander';
import { TOPOLOGIES, type TopologyName } from '../core/target.ts';
import { UsageError } from '../core/trouble.ts';
import { parseSettings, SETTABLE, type Settings } from '../runner/settings.ts';
import { VARIABLES } from './config.ts';
import { parseOrThrow } from './parse.ts';
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

/** What the command line of `npm run e2e` asks for. */
export interface E2eOptions extends PlaceOptions {
  names: string[];
  list: boolean;
  topology: TopologyName;
  /** Two pipelines to run every scenario on, for the promise table. */
  compare?: [string, string];
  /** Where else the promise table goes. */
  out?: string;
  settings: Settings;
}

const AFTER = `
Without -t, every scenario runs. --set keys: ${SETTABLE.join(', ')}
(an empty value, as in --set fluentd.read_from_head=, takes a parameter away: see a scenario turn red).

Environment: ${VARIABLES.join(', ')} override the images.

${AWS_HELP}

Exit codes: 0 every promise kept · 1 a promise was broken · 2 bad usage or configuration · 3 the environment failed
(no Docker, no image, no cluster) · 4 the generator was the limit · 130 interrupted. With --compare: those of the second pipeline, and 3
where the first could not be put to the test.

Examples:
  npm run e2e
  npm run e2e -- -t delivers-every-line --reuse
  npm run e2e -- --pipeline as-written --engine elasticsearch
  npm run e2e -- --compare as-written,delivered --out docs/promises.md
  npm run e2e -- --target embedded
  npm run e2e -- --target aws --rehearse
  npm run e2e -- --topology redis --set redis.appendonly=no
  npm run e2e -- --pipeline ./my-sidecar -t survives-rotation --keep`;

/** Reads the command line; undefined when help was asked for and printed. Throws a UsageError. */
export function parseE2eOptions(argv: readonly string[]): E2eOptions | undefined {
  const command = new Command('npm run e2e --')
    .description(
      'Runs the scenarios against a real fluentd sidecar on Kubernetes and proves record by record what arrived.',
    )
    .option('-t, --scenario <name...>', 'run only these scenarios')
    .option('-l, --list', 'list the scenarios and what each promises', false);
  placeOptions(command)
    .addOption(
      new Option('--compare <a,b>', 'run both and write one table of promises; as-written runs on Elasticsearch')
        .argParser(twoPipelines)
        .conflicts(['pipeline', 'topology', 'keep']),
    )
    .option('--out <file>', 'with --compare: write the table (Markdown) there too')
    .addOption(
      new Option('--topology <name>', 'the way from the sidecar to the domain').choices(TOPOLOGIES).default('direct'),
    );
  awsOptions(endOptions(command))
    .option('--set <key=value...>', 'change a setting for this run', collect, [] as string[])
    .addHelpText('after', AFTER);
  if (!parseOrThrow(command, argv)) return undefined;
  const { scenario = [], set, plant = [], ...rest } = command.opts();
  if (rest['out'] !== undefined && rest['compare'] === undefined)
    throw new UsageError('--out is where the table of --compare goes: expected --compare A,B with it');
  refuseKept(rest);
  refuseStrayAws({ ...rest, plant, engine: command.getOptionValueSource('engine') });
  return { ...rest, plant, names: scenario, settings: parseSettings(set) } as E2eOptions;
}

function twoPipelines(value: string): [string, string] {
  const [one, two, ...more] = value.split(',').map((name) => name.trim());
  if (!one || !two || more.length > 0 || one === two)
    throw new InvalidArgumentError('expected two different pipelines, as in as-written,delivered');
  return [one, two];
}
