import type { CalibratedLoad } from './calibration.ts';
import { repetitionsOf } from './load-comparison.ts';
import type { Trial } from './load-results.ts';
import { UsageError } from './trouble.ts';

const LOCAL = ['k3s', 'embedded'];
/** What says which load is run; all else of a command line is where, how often and what for. */
const LOAD_FLAGS = ['profile', 'replay', 'speed', 'sizes', 'rate', 'bytes', 'set'];
const EXPECTED = 'expected LOCAL AWS: a run on k3s or embedded, then one of the same load with --target aws';

/** Throws a {@link UsageError} where two runs have no common measure: not one of each place, not whole, or not of one load. */
export function refuseUnlike(local: CalibratedLoad, aws: CalibratedLoad): void {
  if (local.run === aws.run) throw new UsageError(`both are the run ${local.run}: ${EXPECTED}`);
  for (const { run, rehearsal } of [local, aws])
    if (rehearsal)
      throw new UsageError(
        `the run ${run} is a rehearsal, with stand-ins for AWS: it says nothing of AWS, and is no plain local run either; ${EXPECTED}`,
      );
  if (!LOCAL.includes(local.target))
    throw new UsageError(`the first run, ${local.run}, is of the target ${local.target}: ${EXPECTED}`);
  if (aws.target !== 'aws')
    throw new UsageError(`the second run, ${aws.run}, is of the target ${aws.target}: ${EXPECTED}`);
  for (const { run, partial } of [local, aws])
    if (partial) throw new UsageError(`the run ${run} was interrupted and is partial: expected a whole one`);
  same('pipelines', local.pipeline, aws.pipeline);
  same('loads', loadOf(local.arguments), loadOf(aws.arguments));
  same('goals', goalsOf(local), goalsOf(aws));
  same('topologies', topologiesOf(local), topologiesOf(aws));
  same('bytes a line', `${local.findings.bytesPerLine}`, `${aws.findings.bytesPerLine}`);
  const [ofLocal, ofAws] = [repetitionsOf(local.trials), repetitionsOf(aws.trials)];
  // The questionnaire searches: which rates it tries is a matter of the machine.
  if (isOneLoad(local)) same('trials', [...ofLocal.keys()].sort().join(', '), [...ofAws.keys()].sort().join(', '));
  for (const [name, trials] of ofLocal)
    for (const one of ofAws.get(name) ?? []) same(`loads in ${name}`, specOf(trials[0]!), specOf(one));
}

/** `--profile steady --set stage.rate=5`, in the order of {@link LOAD_FLAGS}; `the questionnaire` where nothing of that was said. */
export function loadOf(words: readonly string[]): string {
  const given = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const word of words) {
    const [, flag, value] = word.match(/^--([a-z0-9-]+)(?:=(.*))?$/s) ?? [];
    if (flag === undefined) values?.push(word);
    else {
      values = given.get(flag) ?? [];
      given.set(flag, values);
      if (value !== undefined) values.push(value);
    }
  }
  const said = LOAD_FLAGS.flatMap((flag) => [...(given.get(flag) ?? [])].sort().map((value) => `--${flag} ${value}`));
  return said.join(' ') || 'the questionnaire';
}

function isOneLoad({ arguments: words }: CalibratedLoad): boolean {
  return /^--(profile|replay) /.test(loadOf(words));
}

function goalsOf({ goals }: CalibratedLoad): string {
  return `p99 ${goals.p99}, outage ${goals.outage}`;
}

function topologiesOf({ trials }: CalibratedLoad): string {
  return [...new Set(trials.map(({ topology }) => topology))].sort().join(', ');
}

function specOf({ topology, pods, bytesPerLine, offered, changes, faults }: Trial): string {
  const settings = Object.entries(changes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const labels = faults.map(({ label }) => label);
  return [topology, `${pods} pods`, `${Math.round(offered)} lines/s`, `${bytesPerLine} B`, ...settings, ...labels].join(
    ', ',
  );
}

function same(what: string, here: string, onAws: string): void {
  if (here !== onAws)
    throw new UsageError(
      `different ${what}: here ${here || 'none'}; on AWS ${onAws || 'none'}. Run the same load in both places`,
    );
}
