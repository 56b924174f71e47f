import { Command } from 'commander';
import { EXIT, UsageError } from '../core/trouble.ts';
import { durationMs } from './arguments.ts';
import type { AwsAsked } from './aws-access.ts';
import { readConfig } from './config.ts';
import { doctorAws } from './doctor-aws.ts';
import { doctorLocal } from './doctor-local.ts';
import { doctorManifests } from './doctor-manifests.ts';
import { doctorPipeline } from './doctor-pipeline.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';
import { AWS_HELP, refuseStrayAws, rehearsalOptions } from './place-options.ts';

interface PipelineFlags extends Partial<AwsAsked> {
  pipeline?: boolean;
  within?: number;
  target?: string;
  json?: boolean;
}

const command = new Command('npm run doctor --')
  .description(
    'Checks what npm run e2e needs (Docker, memory, disk, ports, images; without Docker: Ruby, gems, namespaces) and says how to mend what is missing.',
  )
  .option('--manifests <folder>', 'look for what Fargate would refuse in a folder of manifests instead; 1: found some')
  .option(
    '--pipeline',
    "walks a record's way through the stack of npm run dev instead, and names the first broken stage",
  )
  .option(
    '--within <duration>',
    'with --pipeline: how long a record may take (two flush intervals and 10s)',
    durationMs,
  )
  .option(
    '--target <kind>',
    'aws: checks what npm run e2e -- --target aws needs instead; with --pipeline: compose or k3s, the one that is up unless told',
  )
  .option('--json', 'with --pipeline or --target aws: for machines');
rehearsalOptions(command).addHelpText(
  'after',
  `\n${AWS_HELP}\n\nExit codes: 0 well, 1 a stage of the pipeline is broken, 2 bad usage, 3 the environment lacks something, or no stack is up.`,
);

await exitWith(async (signal) => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const {
    pipeline,
    within,
    target,
    json,
    manifests,
    rehearse = false,
    plant = [],
  } = command.opts<PipelineFlags & { manifests?: string }>();
  refuseStrayAws({ target, rehearse, plant });
  if (pipeline && manifests !== undefined)
    throw new UsageError('--pipeline and --manifests are two different looks: expected one of them');
  if (manifests !== undefined) return doctorManifests(manifests, (line) => process.stdout.write(`${line}\n`));
  if (pipeline && target === 'aws')
    throw new UsageError('--pipeline looks at the stack of npm run dev, which is none on AWS');
  if (target === 'aws') return doctorAws({ rehearse, plant }, readConfig(), { json: json ?? false, signal });
  if (pipeline) return doctorPipeline({ target, json, signal, ...(within === undefined ? {} : { withinMs: within }) });
  if (target !== undefined) throw new UsageError(`--target ${target}: expected aws, or --pipeline with it`);
  if (json) throw new UsageError('--json needs --pipeline or --target aws');
  return doctorLocal(readConfig(), (line) => process.stdout.write(`${line}\n`));
});
