import { join } from 'node:path';
import pc from 'picocolors';
import { needsOf, type Scenario } from '../core/scenario.ts';
import { type Capability, PARTS_OF, TOPOLOGIES } from '../core/target.ts';
import { EXIT, UsageError } from '../core/trouble.ts';
import { writeArtifacts } from '../report/artifacts.ts';
import { redDetails, scenarioLine, summaryLine } from '../report/terminal.ts';
import { loadScenarios, pickScenarios } from '../runner/load-scenarios.ts';
import { exitCodeOf, type Results, resultsOf, withPromises } from '../runner/results.ts';
import { newRunId } from '../runner/run-id.ts';
import { runScenario } from '../runner/run-scenario.ts';
import { runSuite } from '../runner/run-suite.ts';
import { withSettings } from '../runner/settings.ts';
import { workOf } from '../targets/aws/plan.ts';
import { findPipeline, titleOf, withTopology } from '../targets/kube/pipeline.ts';
import type { E2eOptions } from './e2e-options.ts';
import { Progress } from './progress.ts';
import { ROOT } from './root.ts';
import { TARGETS, takeDown } from './stand-up.ts';
import { standUpShown } from './stand-up-shown.ts';
import type { StandingTarget } from './standing-target.ts';

/** `npm run e2e`: returns the exit code. */
export async function runE2e(options: E2eOptions, signal: AbortSignal): Promise<number> {
  const scenarios = pickScenarios(await loadScenarios(join(ROOT, 'scenarios')), options.names);
  if (options.list) return list(scenarios);
  const progress = new Progress(options.json ? process.stderr : process.stdout);
  const { results, folder, whole } = await runPipeline(options, scenarios, progress, signal);
  for (const result of results.scenarios)
    if (result.outcome === 'fail' || result.outcome === 'error')
      progress.print(redDetails(result, join(folder, result.name)));
  progress.print(summaryLine(results, folder));
  if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  return exitCodeOf(results) || (whole ? EXIT.pass : EXIT.environment);
}

/** Runs scenarios on one pipeline: stands it up, runs them, writes the result folder, takes all down; `whole`: and that went well. */
export async function runPipeline(
  options: E2eOptions,
  scenarios: readonly Scenario[],
  progress: Progress,
  signal: AbortSignal,
): Promise<{ results: Results; folder: string; whole: boolean }> {
  const { keep, settings } = options;
  const pipeline = withTopology(findPipeline(options.pipeline, ROOT), options.topology);
  const startedAt = new Date();
  const run = newRunId();
  const folder = join(ROOT, 'results', `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${run}`);
  let target: StandingTarget | undefined;
  let results: Results;
  let whole = true;
  try {
    target = await standUpShown(options, { run, pipeline, work: workOf(scenarios), signal }, progress);
    const asked = scenarios.map((scenario) => withSettings(scenario, settings));
    const standing = target;
    const stop = standing.ended ? AbortSignal.any([signal, standing.ended]) : signal;
    // What is kept is one deployment: the last one, in the first lane.
    const {
      firstVerifiedAt,
      brokenOff: broken,
      ...suite
    } = await runSuite(target, asked, keep ? 1 : target.lanes, {
      run: (scenario, onVerified) =>
        runScenario(standing, scenario, {
          folder: join(folder, scenario.name),
          parameters: settings.parameters,
          keep: keep && scenario === asked.at(-1),
          say: (what) => progress.say(scenario.name, what),
          onVerified,
          signal: stop,
        }),
      onStart: ({ name }) => progress.start(name),
      onDone: (result) => progress.done(result.name, scenarioLine(result)),
      alive: () => standing.alive(),
      signal: stop,
    });
    const brokenOff = broken ?? (standing.ended?.aborted ? String(standing.ended.reason.message) : undefined);
    if (signal.aborted) progress.print('interrupted: what was found so far is kept');
    else if (brokenOff) progress.print(`the environment failed: the remaining scenarios did not run\n${brokenOff}`);
    results = resultsOf(
      {
        run,
        pipeline: titleOf(pipeline),
        startedAt,
        partial: signal.aborted,
        firstVerifiedMs: firstVerifiedAt === undefined ? null : firstVerifiedAt - startedAt.getTime(),
        brokenOff,
      },
      target.surroundings,
      withPromises(suite.scenarios, scenarios),
    );
    await writeArtifacts(folder, results, ROOT);
    if (target.howToLook) progress.print(target.howToLook);
  } finally {
    progress.stop();
    whole = await takeDown(target, (line) => progress.print(line));
  }
  return { results, folder, whole };
}

function list(scenarios: Scenario[]): number {
  if (scenarios.length === 0) throw new UsageError('there is no scenario in scenarios/');
  for (const scenario of scenarios) {
    const { name, title, rows, faults = [] } = scenario;
    const does = faults.flat().map((fault) => `${fault.name} (${fault.at})`);
    process.stdout.write(
      [
        pc.bold(name),
        `  the pipeline ${title}`,
        `  row ${rows.join(', ')} · fault: ${does.join(', ') || 'none'} · runs on ${whereOf(scenario)}${scenario.alone ? ', alone' : ''}`,
        '',
      ].join('\n'),
    );
  }
  return 0;
}

/** The targets that can do what a scenario needs, as they are or with a topology. */
function whereOf(scenario: Scenario): string {
  const needs = [...needsOf(scenario)];
  const able = (can: ReadonlySet<Capability>, parts: readonly Capability[]) =>
    needs.every((need) => can.has(need) || parts.includes(need));
  const plain = Object.keys(TARGETS).filter((name) => able(TARGETS[name]!, []));
  if (plain.length > 0) return plain.join(', ');
  const topologies = TOPOLOGIES.filter((name) => able(TARGETS['k3s']!, PARTS_OF[name]));
  return `k3s and aws with --topology ${topologies.join(' or ')}`;
}
