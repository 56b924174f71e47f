import { until } from '../core/condition.ts';
import { parseDuration } from '../core/duration.ts';
import { firstDueOf } from '../core/ledger-book.ts';
import { filesOf, plannedMs, type Scenario } from '../core/scenario.ts';
import type { Deployment } from '../core/target.ts';
import { EnvironmentError, UsageError } from '../core/trouble.ts';
import type { Watcher } from '../core/watch.ts';
import type { ScenarioOptions } from './run-scenario.ts';

/** The load of a scenario, as its applications write it. `done` resolves when they have written it, their processes ended, or the watcher had enough. */
export function writing(
  deployment: Deployment,
  scenario: Scenario,
  { signal, say }: Pick<ScenarioOptions, 'signal' | 'say'>,
  watcher: Watcher | undefined,
): { done(): Promise<void> } {
  const { load, setup } = scenario;
  const enough = watcher?.enough;
  const delay = typeof load.start === 'object' ? parseDuration(load.start.after) : 0;
  const expected = filesOf(load) * (setup?.pods ?? 1) * (setup?.applications ?? 1);
  /** Streams that were there when the load was told to end: one that a restarted application opens afterwards never has one. */
  let ending: Set<string> | undefined;
  let told = false;
  const tellStart = () => {
    const due = told ? undefined : firstDueOf(deployment.book);
    if (due === undefined) return;
    told = true;
    watcher?.loadStarted?.(due);
  };
  const look = async () => {
    deployment.assertAlive();
    tellStart();
    if (enough?.aborted && !ending) {
      ending = new Set(deployment.book.streams.keys());
      if (!deployment.endLoad) throw new UsageError('this target cannot end a load before its time');
      say('ending the load');
      await deployment.endLoad();
    }
    const all = [...deployment.book.streams.values()];
    const accounts = ending ? all.filter(({ stream }) => ending?.has(stream)) : all;
    const enoughStreams = ending !== undefined || accounts.length >= expected;
    if (enoughStreams && accounts.every(({ loadsDone, ended }) => loadsDone > 0 || ended))
      return { met: true as const, value: undefined };
    const failed = accounts.find(({ ended }) => ended === 'error');
    if (failed) throw new EnvironmentError(`the application could not write ${failed.file}`);
    return {
      met: false as const,
      saw: `${deployment.book.accepted} records written; ${accounts.length} of ${expected} streams`,
    };
  };
  return {
    done: () =>
      until(
        { name: 'the application to have written its load', look },
        { withinMs: plannedMs(load) * 2 + delay + 120_000, signal, onLook: (saw) => say(saw) },
      ),
  };
}
