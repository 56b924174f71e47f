import { parseDuration } from '../core/duration.ts';
import { faultsOf, needsOf, plannedMs, type Scenario } from '../core/scenario.ts';
import type { Capability, Target } from '../core/target.ts';
import { EnvironmentError } from '../core/trouble.ts';
import type { ScenarioResult } from './results.ts';
import { newRunId } from './run-id.ts';

/** What a suite does with each scenario, and how it tells of it. */
export interface SuiteHooks {
  /** Runs one scenario to its result. */
  run(scenario: Scenario, onVerified: () => void): Promise<ScenarioResult>;
  onStart(scenario: Scenario): void;
  onDone(result: ScenarioResult): void;
  /** Whether cluster, engine and edges still stand. */
  alive(): Promise<boolean>;
  signal: AbortSignal;
}

export interface SuiteResult {
  /** In the order of the scenarios that were asked for. */
  scenarios: ScenarioResult[];
  /** When the first scenario's records were verified, ms since the epoch. */
  firstVerifiedAt: number | undefined;
  /** Why the rest did not run, where that is so. */
  brokenOff: string | undefined;
}

/** Why a target cannot run a scenario, for the scenarios that are skipped by name. */
const LACKS: Record<Capability, string> = {
  edge: 'decides nothing at the edge: its domain is a real one',
  cluster: 'is no Kubernetes cluster: nothing evicts, limits memory or fills a volume there',
  engine: 'has no search engine of its own to restart, block or give types',
  collector: 'has no central collector in this topology: see --topology',
  queue: 'has no queue in this topology: see --topology',
};

/**
 * Runs scenarios side by side in the target's lanes, the longest first, then those that must be alone, one by one. What the target cannot do is
 * skipped with the reason. Once the environment has failed, nothing more is started.
 */
export async function runSuite(
  target: Pick<Target, 'lanes' | 'capabilities' | 'surroundings'>,
  scenarios: readonly Scenario[],
  lanes: number,
  hooks: SuiteHooks,
): Promise<SuiteResult> {
  const results = new Map<Scenario, ScenarioResult>();
  const running = new Map<Scenario, Set<string>>();
  let firstVerifiedAt: number | undefined;
  let brokenOff: string | undefined;

  const one = async (scenario: Scenario) => {
    const besides = new Set([...running.keys()].map(({ name }) => name));
    for (const others of running.values()) others.add(scenario.name);
    running.set(scenario, besides);
    hooks.onStart(scenario);
    try {
      const result = await hooks.run(scenario, () => {
        firstVerifiedAt ??= Date.now();
      });
      results.set(scenario, { ...result, besides: [...besides].sort() });
      hooks.onDone(results.get(scenario)!);
      if (result.outcome === 'error' && !(await hooks.alive())) brokenOff ??= result.reasons.join('\n');
    } catch (error) {
      if (!hooks.signal.aborted && !(error instanceof EnvironmentError)) throw error;
      brokenOff ??= error instanceof Error ? error.message : String(error);
    } finally {
      running.delete(scenario);
    }
  };
  const inLanes = async (queue: Scenario[], width: number) => {
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        if (brokenOff !== undefined || hooks.signal.aborted) return;
        await one(next);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: width }, worker));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };

  const able: Scenario[] = [];
  for (const scenario of scenarios) {
    const lacking = [...needsOf(scenario)].filter((need) => !target.capabilities.has(need));
    if (lacking.length === 0) able.push(scenario);
    else {
      const reason = lacking.map((need) => `the target ${target.surroundings.target} ${LACKS[need]}`).join('; ');
      results.set(scenario, skipped(scenario, reason));
      hooks.onDone(results.get(scenario)!);
    }
  }
  const longestFirst = able.filter(({ alone }) => !alone).sort((a, b) => takesMs(b) - takesMs(a));
  await inLanes(longestFirst, Math.min(lanes, target.lanes));
  await inLanes(
    able.filter(({ alone }) => alone),
    1,
  );
  return { scenarios: scenarios.flatMap((scenario) => results.get(scenario) ?? []), firstVerifiedAt, brokenOff };
}

/** The result of a scenario that did not run. */
export function skipped({ name }: Scenario, reason: string): ScenarioResult {
  return {
    name,
    run: newRunId(),
    outcome: 'skip',
    reasons: [reason],
    durationMs: 0,
    reconciliation: null,
    latencyMs: null,
    drain: null,
    readBack: null,
    deadLetters: 0,
    blocked: [],
    traces: [],
    fluentdLog: [],
    besides: [],
  };
}

/** About how long a scenario takes, ms: its load and its faults, as far as they are planned. */
function takesMs(scenario: Scenario): number {
  const { load } = scenario;
  const start = typeof load.start === 'object' ? parseDuration(load.start.after) : 0;
  const burst = load.lastBurst ? parseDuration(load.lastBurst.after) : 0;
  const faults = faultsOf(scenario).map(({ at }) => (at === 'before' || at === 'after' ? 5000 : parseDuration(at)));
  return start + burst + Math.max(plannedMs(load), ...faults);
}
