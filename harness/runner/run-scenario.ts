import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../core/facts.ts';
import { countOf } from '../core/ranges.ts';
import { needsOf, type Scenario } from '../core/scenario.ts';
import type { Deployment, Setup, Target } from '../core/target.ts';
import { UsageError } from '../core/trouble.ts';
import { judge, type Verdict } from '../core/verdict.ts';
import type { Watch } from '../core/watch.ts';
import { whyUnwritten } from '../report/result-folder.ts';
import { exercise } from './exercise.ts';
import { refusal } from './refusal.ts';
import type { ScenarioResult } from './results.ts';
import { newRunId } from './run-id.ts';
import { sentTwiceOf } from './sent-twice.ts';
import { waitingOf } from './waiting.ts';

export interface ScenarioOptions {
  /** Where this scenario's artifacts go. */
  folder: string;
  /** fluentd parameters from `--set fluentd.NAME=VALUE`. */
  parameters: Record<string, string>;
  /** Leave the pipeline standing afterwards. */
  keep: boolean;
  say(what: string): void;
  /** Called once the records are verified, before the pipeline is taken down. */
  onVerified(): void;
  /** Somebody who looks on from before the load until it has drained, and may end it. */
  watch?: Watch;
  signal: AbortSignal;
}

/** Runs one scenario on a target: stands the pipeline up, writes the load, injects the faults, drains, reads back, judges. */
export async function runScenario(
  target: Target,
  scenario: Scenario,
  options: ScenarioOptions,
): Promise<ScenarioResult> {
  const started = performance.now();
  const { say, signal } = options;
  const run = newRunId();
  let deployment: Deployment | undefined;
  let facts: Facts | undefined;
  let verdict: Verdict;
  let unwritten: string | undefined;
  try {
    say('standing the pipeline up');
    deployment = await target.deploy(run, setupOf(scenario, options.parameters));
    if (scenario.refusesToStart) verdict = await refusal(deployment, scenario.refusesToStart, options);
    else {
      facts = await exercise(target, deployment, scenario, options);
      verdict = judge(scenario, facts);
    }
    options.onVerified();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    verdict = { outcome: 'error', reasons: [await target.explain(error)] };
    if (!(error instanceof Error)) throw error;
  } finally {
    unwritten = await tidy(deployment, target, options);
  }
  if (unwritten)
    verdict = {
      ...verdict,
      outcome: verdict.outcome === 'pass' ? 'error' : verdict.outcome,
      reasons: [...verdict.reasons, unwritten],
    };
  return {
    name: scenario.name,
    run,
    ...verdict,
    durationMs: Math.round(performance.now() - started),
    reconciliation: facts?.reconciliation ?? null,
    latencyMs: facts?.latencyMs ?? null,
    ...(facts && deployment?.domain ? { sentTwice: sentTwiceOf(facts.arrivals) } : {}),
    drain: facts?.drain ?? null,
    readBack: facts?.readBack ?? null,
    deadLetters: countOf(facts?.deadLetters ?? []),
    traces: facts?.traces ?? [],
    ...(facts?.watched ? { watched: facts.watched } : {}),
    blocked: facts ? waitingOf(facts.blocked) : [],
    fluentdLog: lastWords(deployment?.fluentdLog() ?? []),
    ...versionOf(deployment?.fluentdLog() ?? []),
    besides: [],
  };
}

/** The deployment that a scenario asks for; parameters from the command line go before its own. */
function setupOf(scenario: Scenario, parameters: Record<string, string>): Setup {
  const { load, setup = {} } = scenario;
  const edge = needsOf(scenario).has('edge');
  return { pods: 1, applications: 1, ...setup, load, edge, parameters: { ...setup.parameters, ...parameters } };
}

/** Artifacts first, then the pipeline goes. Returns why the artifacts could not be written: what cannot be shown is no pass. */
async function tidy(
  deployment: Deployment | undefined,
  target: Target,
  { folder, keep, say, signal }: ScenarioOptions,
): Promise<string | undefined> {
  if (!deployment) return undefined;
  let unwritten: string | undefined;
  const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  say('collecting the artifacts');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'ledger.jsonl'),
      `${[...deployment.book.streams.values()].map((account) => JSON.stringify(account)).join('\n')}\n`,
    );
    await deployment.collect(folder);
    await target.collect(folder);
  } catch (error) {
    unwritten = whyUnwritten(error, folder);
    say(`the artifacts are incomplete: ${messageOf(error)}`);
  }
  if (keep && !signal.aborted) return unwritten;
  say('taking the pipeline down');
  // What is left of it keeps its lane; the verdict stands.
  await deployment.close().catch((error) => say(`the pipeline is not taken down: ${messageOf(error)}`));
  return unwritten;
}

/** fluentd's last lines, without the stack traces below them. */
function lastWords(log: readonly string[]): string[] {
  return log.filter((line) => !/\.rb:\d+:in [`']/.test(line)).slice(-15);
}

/** What fluentd said of itself at its start. */
function versionOf(log: readonly string[]): Pick<ScenarioResult, 'fluentd'> {
  for (const line of log) {
    const [, fluentd, ruby] = line.match(/starting fluentd-(\S+) .*ruby="([^"]+)"/) ?? [];
    if (fluentd) return { fluentd: `${fluentd} on Ruby ${ruby}` };
  }
  return {};
}
