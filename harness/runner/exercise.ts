import { parseDuration } from '../core/duration.ts';
import type { Facts } from '../core/facts.ts';
import { firstDueOf } from '../core/ledger-book.ts';
import { faultsOf, type Scenario } from '../core/scenario.ts';
import type { Deployment, Sink, Target } from '../core/target.ts';
import type { Watched, Watcher } from '../core/watch.ts';
import { drain } from './drain.ts';
import { latencyOf } from './latency.ts';
import { locateLoss } from './locate-loss.ts';
import type { ScenarioOptions } from './run-scenario.ts';
import { searchableByDue } from './searchable-by-due.ts';
import { searchableLatency } from './searchable-latency.ts';
import { FaultTimeline } from './timeline.ts';
import { writing } from './writing.ts';

/** Puts a pipeline that stands through a scenario: load, faults, drain, read back. Returns all that the verdict is made from. */
export async function exercise(
  target: Target,
  deployment: Deployment,
  scenario: Scenario,
  options: ScenarioOptions,
): Promise<Facts> {
  const { say } = options;
  const onSignal = startsOnSignal(scenario);
  say(onSignal ? 'waiting until fluentd follows the log' : 'waiting for the application');
  await deployment.ready({ followed: onSignal });
  const watcher = options.watch?.(deployment, target);
  try {
    return await underLoad(target, deployment, scenario, options, watcher);
  } finally {
    await watcher?.stop();
  }
}

async function underLoad(
  target: Target,
  deployment: Deployment,
  scenario: Scenario,
  options: ScenarioOptions,
  watcher: Watcher | undefined,
): Promise<Facts> {
  const { say, signal } = options;
  const enough = watcher?.enough;
  const timeline = new FaultTimeline(faultsOf(scenario), {
    deployment,
    domain: deployment.domain,
    engine: target.engine,
    signal,
    say,
  });
  await timeline.run('before');
  if (startsOnSignal(scenario)) await deployment.startLoad();
  say('writing');
  const load = writing(deployment, scenario, options, watcher);
  await Promise.all([timeline.runTimed(enough), load.done()]);
  // A fault may have set an application writing anew.
  await load.done();
  const loadTo = Date.now();
  watcher?.written?.(loadTo);
  if (!enough?.aborted) await timeline.run('after');
  say('draining');
  const {
    reconciliation,
    drain: drained,
    read,
  } = await drain(deployment, watcher ? unrefreshed(target.sink) : target.sink, deployment.domain, {
    flushIntervalMs: deployment.flushIntervalMs,
    withinMs: parseDuration(scenario.drainWithin ?? '60s'),
    gone: !deployment.stands(),
    inspect: scenario.inspect,
    checks: scenario.documents,
    say,
    signal,
  });
  const drainedAt = Date.now();
  const bites = await deployment.domain?.bites();
  const arrivals = await deployment.domain?.arrivals(deployment.run);
  const { reconciliation: located, deadLetters } = await locateLoss(
    deployment,
    reconciliation,
    arrivals,
    deployment.domain?.forgotten?.() ?? [],
    options,
  );
  const traces = await timeline.traces();
  const watched: Watched | undefined = watcher && {
    loadFrom: firstDueOf(deployment.book),
    loadTo,
    drainedAt,
    toSearchable: arrivals
      ? searchableLatency(deployment.book, arrivals, watcher.searchable ?? [])
      : searchableByDue(deployment.book, located.missingRanges, watcher.searchable ?? []),
    faults: timeline.spans,
    ...(enough?.aborted ? { endedEarly: String(enough.reason?.message ?? enough.reason) } : {}),
  };
  return {
    book: deployment.book,
    reconciliation: located,
    drain: drained,
    readBack: { documents: read.documents, tookMs: Math.round(read.tookMs) },
    latencyMs: latencyOf(deployment.book, arrivals ?? []),
    arrivals: arrivals ?? [],
    manifests: deployment.manifests,
    fluentdLog: deployment.fluentdLog(),
    deadLetters,
    traces,
    planted: bites && { dropped: bites.dropped, repeated: bites.repeated, corrupted: bites.corrupted },
    field: read.field,
    documents: read.complaints,
    blocked: [...deployment.book.streams.values()].flatMap(({ blocked }) => blocked),
    troubles: [],
    behind: Math.max(0, ...[...deployment.book.streams.values()].map(({ behind }) => behind)),
    ...(watched ? { watched } : {}),
  };
}

/** Counts what a search finds of itself: to refresh for each look would make records searchable sooner than they are. */
function unrefreshed(sink: Sink): Sink {
  const { searchable = sink.count } = sink;
  return {
    count: (run) => searchable.call(sink, run),
    read: (run, take) => sink.read(run, take),
    clear: () => sink.clear(),
  };
}

function startsOnSignal({ load }: Scenario): boolean {
  return load.start === undefined || load.start === 'when-followed';
}
