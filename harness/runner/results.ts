import type { Facts, Latency } from '../core/facts.ts';
import type { Reconciliation } from '../core/reconciliation.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Surroundings, TopologyName } from '../core/target.ts';
import { EXIT } from '../core/trouble.ts';
import type { Outcome, Verdict } from '../core/verdict.ts';
import type { Watched } from '../core/watch.ts';
import type { Waiting } from './waiting.ts';

/** Raised when a reader of results.json would have to change. */
export const SCHEMA_VERSION = 1;

/** One scenario in results.json. Counts are numbers of records; null where the run did not get that far. */
export interface ScenarioResult extends Verdict {
  name: string;
  /** The id in every record of this scenario. */
  run: string;
  durationMs: number;
  reconciliation: Reconciliation | null;
  latencyMs: Latency | null;
  /** Records that the domain was sent again after it had taken them: copies that their ids took away. Left out where no edge saw it, or the run did not get that far. */
  sentTwice?: number;
  drain: Facts['drain'] | null;
  /** Documents of the last reading, and how long reading and reconciling them took. */
  readBack: { documents: number; tookMs: number } | null;
  /** Records that fluentd put aside in a dead-letter file. */
  deadLetters: number;
  traces: Facts['traces'];
  /** How long the application could not write, and why. */
  blocked: Waiting[];
  fluentdLog: string[];
  /** `1.20.1 on Ruby 3.3.14`, as fluentd told it. */
  fluentd?: string;
  /** Only where somebody looked on. */
  watched?: Watched;
  /** Names of the scenarios that ran beside it. */
  besides: string[];
  /** The scenario's title, which completes "the pipeline …". */
  promise?: string;
  /** The setting with which the delivered pipeline keeps it; left out where the harness itself is under test. */
  keptBy?: string;
}

/** results.json */
export interface Results {
  schemaVersion: typeof SCHEMA_VERSION;
  run: string;
  target: string;
  pipeline: string;
  topology: TopologyName;
  engine: { name: string; version: string };
  kubernetes?: string;
  /** Account, region, cluster and domain, where they are somebody's. */
  place?: string;
  /** It was a rehearsal: in what it differs from what it stands for. */
  rehearsal?: readonly string[];
  images: Record<string, string>;
  startedAt: string;
  durationMs: number;
  outcome: Outcome;
  /** The run was interrupted: scenarios after the last one here did not run. */
  partial: boolean;
  /** Why the remaining scenarios did not run, where the environment failed. */
  brokenOff?: string;
  /** From the start of the command to the first scenario's verified records, ms. */
  firstVerifiedMs: number | null;
  scenarios: ScenarioResult[];
}

/** Puts the results of scenarios together. */
export function resultsOf(
  head: {
    run: string;
    pipeline: string;
    startedAt: Date;
    partial: boolean;
    firstVerifiedMs: number | null;
    brokenOff?: string | undefined;
  },
  surroundings: Surroundings,
  scenarios: ScenarioResult[],
): Results {
  const { target, topology = 'direct', engine, kubernetes, images, place, rehearsal } = surroundings;
  const { run, pipeline, startedAt, partial, firstVerifiedMs, brokenOff } = head;
  return {
    schemaVersion: SCHEMA_VERSION,
    run,
    target,
    pipeline,
    topology,
    engine,
    ...(kubernetes ? { kubernetes } : {}),
    ...(place ? { place } : {}),
    ...(rehearsal ? { rehearsal } : {}),
    images,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    outcome: brokenOff === undefined ? overall(scenarios) : overall([...scenarios, { outcome: 'error' }]),
    partial,
    ...(brokenOff === undefined ? {} : { brokenOff }),
    firstVerifiedMs,
    scenarios,
  };
}

/** The worst of all; nothing run is no pass. */
export function overall(scenarios: readonly Pick<ScenarioResult, 'outcome'>[]): Outcome {
  const outcomes = new Set(scenarios.map(({ outcome }) => outcome));
  for (const worst of ['fail', 'error', 'pass'] as const) if (outcomes.has(worst)) return worst;
  return 'skip';
}

/** The exit code that results deserve: a broken promise goes before an environment that failed; where nothing passed, nothing was proven. */
export function exitCodeOf({
  scenarios,
  partial,
  brokenOff,
}: Pick<Results, 'scenarios' | 'partial' | 'brokenOff'>): number {
  if (partial) return EXIT.interrupted;
  if (scenarios.some(({ outcome }) => outcome === 'fail')) return EXIT.broken;
  if (brokenOff !== undefined) return EXIT.environment;
  const errors = scenarios.filter(({ outcome }) => outcome === 'error');
  if (errors.length > 0)
    return errors.every(({ generatorLimited }) => generatorLimited) ? EXIT.generator : EXIT.environment;
  return scenarios.some(({ outcome }) => outcome === 'pass') ? EXIT.pass : EXIT.environment;
}

/** The second pipeline is the one that must keep its promises; the first only has to be put to the test. */
export function compareCode(before: Results, after: Results): number {
  const code = exitCodeOf(after);
  if (code !== EXIT.pass) return code;
  const untested = before.brokenOff !== undefined || before.scenarios.some(({ outcome }) => outcome === 'error');
  return untested ? EXIT.environment : EXIT.pass;
}

/** Results with what each scenario promises, and the setting that keeps it. */
export function withPromises(results: readonly ScenarioResult[], scenarios: readonly Scenario[]): ScenarioResult[] {
  return results.map((result) => {
    const scenario = scenarios.find(({ name }) => name === result.name);
    if (!scenario) return result;
    const ofPipeline = scenario.rows.some((row) => row > 0);
    return { ...result, promise: scenario.title, ...(ofPipeline ? { keptBy: scenario.setting } : {}) };
  });
}
