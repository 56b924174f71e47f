import { type Command, Option } from 'commander';
import { UsageError } from '../core/trouble.ts';
import { PLANTS, type PlantName } from '../rehearsal/plants.ts';
import { AWS_VARIABLES } from '../targets/aws/settings.ts';

/** Which pipeline runs, where, and what stays of it: what a command line says of that, for scenarios and for a load. */
export interface PlaceOptions {
  target: 'auto' | 'k3s' | 'embedded' | 'aws';
  /** On AWS: against local stand-ins, with failures planted; without a question. */
  rehearse: boolean;
  plant: readonly PlantName[];
  yes: boolean;
  engine: 'opensearch' | 'elasticsearch';
  pipeline: string;
  keep: boolean;
  reuse: boolean;
  json: boolean;
}

/** Where a pipeline runs, and which. */
export function placeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--target <name>', 'where to run; auto: k3s where Docker answers, otherwise embedded; aws: see below')
        .choices(['auto', 'k3s', 'embedded', 'aws'])
        .default('auto'),
    )
    .addOption(
      new Option('--engine <name>', 'what stores the records')
        .choices(['opensearch', 'elasticsearch'])
        .default('opensearch'),
    )
    .option('--pipeline <name|dir>', 'delivered, as-written, or a folder of your own', 'delivered');
}

/** What `--target aws` takes. */
export function awsOptions(command: Command): Command {
  return rehearsalOptions(command).option(
    '-y, --yes',
    'with --target aws: spend what is estimated without asking',
    false,
  );
}

/** A rehearsal of AWS on this machine, and failures to see it meet. */
export function rehearsalOptions(command: Command): Command {
  return command
    .option('--rehearse', 'with --target aws: the same code against local stand-ins; nothing is spent', false)
    .addOption(
      new Option('--plant <failure...>', 'with --rehearse: have AWS fail in a way, as in eks=absent').choices(
        Object.keys(PLANTS),
      ),
    );
}

/** Flags for AWS on another target would be taken for something that they are not. Throws a UsageError. */
export function refuseStrayAws({ target, rehearse, yes, plant, engine }: StrayAws): void {
  if (target !== 'aws' && (rehearse || yes)) throw new UsageError('--rehearse and --yes need --target aws');
  if (plant?.length && !rehearse)
    throw new UsageError('--plant plants failures in a rehearsal: expected --rehearse with it');
  if (target === 'aws' && engine === 'cli')
    throw new UsageError(
      '--engine is for local targets: with --target aws the domain is what it is, leave --engine out',
    );
}

interface StrayAws {
  target?: string | undefined;
  rehearse?: boolean | undefined;
  yes?: boolean;
  plant?: readonly PlantName[] | undefined;
  /** Where the value of --engine comes from, by commander's word. */
  engine?: string | undefined;
}

/** For `--help`: where on AWS. */
export const AWS_HELP = `--target aws runs the same on your EKS cluster with Fargate and your domain: aws.config.ts (see aws.config.example.ts) or
these variables say where. Credentials are found as the AWS CLI finds them. See docs/aws.md.
${Object.entries(AWS_VARIABLES)
  .map(([name, what]) => `  ${name.padEnd(25)}${what}`)
  .join('\n')}`;

/** What stays up, and what is printed. */
export function endOptions(command: Command): Command {
  return command
    .option('--keep', 'leave everything up afterwards and print how to look', false)
    .option('--reuse', 'take what is up from before, and leave it up', false)
    .option('--json', 'print results.json on stdout; progress goes to stderr', false);
}

/** Throws a UsageError where something is to stay up that cannot. */
export function refuseKept({ target, keep, reuse }: { target?: string; keep?: boolean; reuse?: boolean }): void {
  if (target === 'embedded' && (keep || reuse))
    throw new UsageError('--keep and --reuse need --target k3s: what is embedded ends with the command');
  if (target === 'aws' && (keep || reuse))
    throw new UsageError('--keep and --reuse need --target k3s: what stays up on AWS goes on costing');
}

/** Collects an option that may stand several times. */
export function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
