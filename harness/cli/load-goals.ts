import { type Command, Option } from 'commander';
import type { DurationLiteral } from '../core/duration.ts';
import { durationLiteral } from './arguments.ts';

/** The two goals that a verdict is made for, as they were given. */
export interface Goals {
  p99: DurationLiteral;
  outage: DurationLiteral;
}

/** Adds the options of the goals. */
export function goalOptions(command: Command): Command {
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
