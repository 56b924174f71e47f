import { until } from '../core/condition.ts';
import { parseDuration } from '../core/duration.ts';
import type { Facts } from '../core/facts.ts';
import { faultsOf, filesOf, plannedMs, type Scenario } from '../core/scenario.ts';
import type { Deployment, Target } from '../core/target.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { drain } from './drain.ts';
import { latencyOf } from './latency.ts';
import { locateLoss } from './locate-loss.ts';
import type { ScenarioOptions } from './run-scenario.ts';
import { FaultTimeline } from './timeline.ts';

/** Puts a pipeline that stands through a scenario: load, faults, drain, read back. Returns all that the verdict is made from. */
export async function exercise(
  target: Target,
  deployment: Deployment,
  scenario: Scenario,
  options: ScenarioOptions,
): Promise<Facts> {
  const { load } = scenario;
  const { say, signal } = options;
  const onSignal = load.start === undefined || load.start === 'when-followed';
  const timeline = new FaultTimeline(faultsOf(scenario), {
    deployment,
    domain: deployment.domain,
    engine: target.engine,
    signal,
    say,
  });
  say(onSignal ? 'waiting until fluentd follows the log' : 'waiting for the application');
  await deployment.ready({ followed: onSignal });
  await timeline.run('before');
  if (onSignal) await deployment.startLoad();
  say('writing');
  await Promise.all([timeline.runTimed(), loadDone(deployment, scenario, options)]);
  // A fault may have set an application writing anew.
  await loadDone(deployment, scenario, options);
  await timeline.run('after');
  say('draining');
  const {
    reconciliation,
    drain: drained,
    read,
  } = await drain(deployment, target.sink, deployment.domain, {
    flushIntervalMs: deployment.flushIntervalMs,
    withinMs: parseDuration(scenario.drainWithin ?? '60s'),
    gone: !deployment.stands(),
    inspect: scenario.inspect,
    checks: scenario.documents,
    say,
    signal,
  });
  const bites = await deployment.domain?.bites();
  const arrivals = await deployment.domain?.arrivals(deployment.run);
  const { reconciliation: located, deadLetters } = await locateLoss(deployment, reconciliation, arrivals, options);
  return {
    book: deployment.book,
    reconciliation: located,
    drain: drained,
    readBack: { documents: read.documents, tookMs: Math.round(read.tookMs) },
    latencyMs: latencyOf(deployment.book, arrivals ?? []),
    arrivals: arrivals ?? [],
    fluentdLog: deployment.fluentdLog(),
    deadLetters,
    traces: await timeline.traces(),
    planted: bites && { dropped: bites.dropped, repeated: bites.repeated, corrupted: bites.corrupted },
    field: read.field,
    documents: read.complaints,
    blocked: [...deployment.book.streams.values()].flatMap(({ blocked }) => blocked),
    troubles: [],
    behind: Math.max(0, ...[...deployment.book.streams.values()].map(({ behind }) => behind)),
  };
}

/** Waits until every application of the scenario has written its load, or its process ended before. */
async function loadDone(
  deployment: Deployment,
  { load, setup }: Scenario,
  { signal, say }: ScenarioOptions,
): Promise<void> {
  const delay = typeof load.start === 'object' ? parseDuration(load.start.after) : 0;
  const expected = filesOf(load) * (setup?.pods ?? 1) * (setup?.applications ?? 1);
  await until(
    {
      name: 'the application to have written its load',
      look: () => {
        deployment.assertAlive();
        const accounts = [...deployment.book.streams.values()];
        if (accounts.length >= expected && accounts.every(({ loadsDone, ended }) => loadsDone > 0 || ended))
          return { met: true, value: undefined };
        const failed = accounts.find(({ ended }) => ended === 'error');
        if (failed) throw new EnvironmentError(`the application could not write ${failed.file}`);
        return {
          met: false,
          saw: `${deployment.book.accepted} records written; ${accounts.length} of ${expected} streams`,
        };
      },
    },
    { withinMs: plannedMs(load) * 2 + delay + 120_000, signal, onLook: (saw) => say(saw) },
  );
}
