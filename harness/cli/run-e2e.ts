import { join } from 'node:path';
import pc from 'picocolors';
import type { Scenario } from '../core/scenario.ts';
import { EnvironmentError, UsageError } from '../core/trouble.ts';
import { writeArtifacts } from '../report/artifacts.ts';
import { redDetails, scenarioLine, summaryLine } from '../report/terminal.ts';
import { loadScenarios, pickScenarios } from '../runner/load-scenarios.ts';
import { exitCodeOf, resultsOf, type ScenarioResult } from '../runner/results.ts';
import { newRunId } from '../runner/run-id.ts';
import { runScenario } from '../runner/run-scenario.ts';
import { withSettings } from '../runner/settings.ts';
import { K3sTarget } from '../targets/k3s/k3s-target.ts';
import { removeStack } from '../targets/k3s/stack.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { readConfig } from './config.ts';
import type { E2eOptions } from './e2e-options.ts';
import { Progress } from './progress.ts';
import { ROOT } from './root.ts';

/** `npm run e2e`: returns the exit code. */
export async function runE2e(options: E2eOptions, signal: AbortSignal): Promise<number> {
  const config = readConfig();
  const scenarios = pickScenarios(await loadScenarios(join(ROOT, 'scenarios')), options.names);
  if (options.list) return list(scenarios);
  const pipeline = findPipeline(options.pipeline, ROOT);
  const startedAt = new Date();
  const suite = newRunId();
  const folder = join(ROOT, 'results', `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${suite}`);
  const progress = new Progress(options.json ? process.stderr : process.stdout);
  const say = (what: string) => progress.say(what);
  const { keep, reuse, engine } = options;
  progress.start('standing up');
  let target: K3sTarget | undefined;
  try {
    target = await K3sTarget.start({
      run: suite,
      root: ROOT,
      pipeline,
      engine,
      images: config.images,
      keep,
      reuse,
      say,
      signal,
    });
    progress.done(
      `${pc.dim('·')} ${target.surroundings.engine.name} ${target.surroundings.engine.version}, Kubernetes ${target.surroundings.kubernetes}${target.stack.reused ? ', taken as they were' : ''}, ${seconds(startedAt)}`,
    );
    const results = await runAll(
      target,
      scenarios,
      { ...options, folder, startedAt, suite, pipelineName: pipeline.name },
      progress,
      signal,
    );
    await writeArtifacts(folder, results, ROOT);
    for (const result of results.scenarios)
      if (result.outcome !== 'pass') progress.print(redDetails(result, join(folder, result.name)));
    progress.print(summaryLine(results, folder));
    if (keep || reuse) progress.print(howToLook(target, keep));
    if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
    return exitCodeOf(results);
  } finally {
    progress.stop();
    await target?.close();
    if (!target && !keep && !reuse) await removeStack(`efk-${suite}`).catch(() => {});
  }
}

interface SuiteOptions extends E2eOptions {
  folder: string;
  startedAt: Date;
  suite: string;
  pipelineName: string;
}

async function runAll(
  target: K3sTarget,
  scenarios: Scenario[],
  options: SuiteOptions,
  progress: Progress,
  signal: AbortSignal,
) {
  const { folder, settings, keep, startedAt, suite, pipelineName } = options;
  const done: ScenarioResult[] = [];
  let firstVerifiedMs: number | null = null;
  try {
    for (const [index, scenario] of scenarios.entries()) {
      progress.start(scenario.name);
      const last = index === scenarios.length - 1;
      const result = await runScenario(target, withSettings(scenario, settings), {
        folder: join(folder, scenario.name),
        parameters: settings.parameters,
        keep: keep && last,
        say: (what) => progress.say(what),
        onVerified: () => {
          firstVerifiedMs ??= Date.now() - startedAt.getTime();
        },
        signal,
      });
      done.push(result);
      progress.done(scenarioLine(result));
      if (result.outcome === 'error' && !(await target.alive())) throw new EnvironmentError(result.reasons.join('\n'));
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof EnvironmentError)) throw error;
    progress.print(
      signal.aborted
        ? 'interrupted: what was found so far is kept'
        : `the environment failed: the remaining scenarios did not run`,
    );
  }
  const partial = signal.aborted;
  return resultsOf(
    { run: suite, pipeline: pipelineName, startedAt, partial, firstVerifiedMs },
    target.surroundings,
    done,
  );
}

function list(scenarios: Scenario[]): number {
  if (scenarios.length === 0) throw new UsageError('there is no scenario in scenarios/');
  for (const { name, title, rows } of scenarios)
    process.stdout.write(`${name}\n  the pipeline ${title} (row ${rows.join(', ')})\n`);
  return 0;
}

function howToLook({ stack }: K3sTarget, kept: boolean): string {
  const kubectl = `docker exec ${stack.clusterContainer} kubectl --namespace kubetest`;
  return [
    'left up; look with:',
    `  ${kubectl} get pods`,
    ...(kept
      ? [
          `  ${kubectl} logs deployment/testdeployment -c fluentd-sidecar`,
          `  ${kubectl} logs deployment/testdeployment -c test-repo`,
        ]
      : []),
    `  curl ${stack.engineUrl}/_cat/indices?v`,
    `  curl ${stack.edgeAdminUrl}/counters`,
    'take it down with: npm run down',
  ].join('\n');
}

function seconds(since: Date): string {
  return `${((Date.now() - since.getTime()) / 1000).toFixed(1)}s`;
}
