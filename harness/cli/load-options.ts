import { Command } from 'commander';
import { AFTER_CALIBRATE } from './load-help.ts';
import { type PlanOptions, planOptions } from './load-plan-options.ts';
import { type LoadOptions, runOptions } from './load-run-options.ts';
import { parseOrThrow } from './parse.ts';

/** `npm run load -- compare A B`: two result folders. */
export interface CompareOptions {
  command: 'compare';
  folders: [string, string];
  json: boolean;
}

/** `npm run load -- calibrate LOCAL AWS`: two result folders of one load. */
export interface CalibrateOptions {
  command: 'calibrate';
  folders: [string, string];
  /** Where the calibration goes; the folder of the run on AWS and the usual place unless told. */
  out?: string;
  json: boolean;
}

export type LoadCommand = LoadOptions | CompareOptions | CalibrateOptions | PlanOptions;

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
  runOptions(command, (options) => {
    asked = options;
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
  command
    .command('calibrate')
    .description('by what to multiply local figures to foretell those of AWS, from the same load in both places')
    .argument('<LOCAL>', 'result folder of a run on k3s or embedded')
    .argument('<AWS>', 'and of the same load with --target aws')
    .option('--out <file>', 'write the calibration there (calibration.json in the folder of AWS and in results/)')
    .option('--json', 'print the calibration as JSON', false)
    .addHelpText('after', AFTER_CALIBRATE)
    .action((local: string, aws: string, options: Pick<CalibrateOptions, 'out' | 'json'>) => {
      asked = { command: 'calibrate', folders: [local, aws], ...options };
    });
  planOptions(command.command('plan'), (options) => {
    asked = options;
  });
  return parseOrThrow(command, argv) ? asked : undefined;
}
