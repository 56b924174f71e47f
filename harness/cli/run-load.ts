import { join } from 'node:path';
import pc from 'picocolors';
import { ask, tooShort } from '../../load/ask.ts';
import type { LoadContext } from '../../load/context.ts';
import { LoadRun } from '../../load/load-run.ts';
import { runProfile } from '../../load/run-profile.ts';
import { type Goals, queueVerdict } from '../../load/verdict.ts';
import { formatDuration, parseDuration, parseSize } from '../core/duration.ts';
import { LOAD_SCHEMA_VERSION, type LoadResults } from '../core/load-results.ts';
import { type Profile, withProfileSettings } from '../core/profile.ts';
import { EXIT, UsageError } from '../core/trouble.ts';
import { commitOf, machineOfThis } from '../report/environment.ts';
import { writeLoadArtifacts } from '../report/load-artifacts.ts';
import { pointLatestAt } from '../report/result-folder.ts';
import { loadProfiles, pickProfile } from '../runner/load-profiles.ts';
import { replayProfile } from '../runner/replay-profile.ts';
import { newRunId } from '../runner/run-id.ts';
import { SLOW_START_MS } from '../targets/aws/plan.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { exitCodeOf, loadOutcome, loadSummary, thresholdVerdict } from './load-outcome.ts';
import { LoadProgress } from './load-progress.ts';
import { type LoadOptions, onFargate } from './load-run-options.ts';
import { workOfLoad } from './load-work.ts';
import { Progress } from './progress.ts';
import { ROOT } from './root.ts';
import { takeDown } from './stand-up.ts';
import { standUpShown } from './stand-up-shown.ts';
import type { StandingTarget } from './standing-target.ts';

/** What the questions are asked about unless `--rate`, `--bytes` and `--set profile.pods` say otherwise. */
const USUAL = { linesPerSecond: 1000, bytesPerLine: 200, pods: 10 };

/** `npm run load`: returns the exit code. `words`: the command line, for the report. */
export async function runLoad(options: LoadOptions, words: string[], signal: AbortSignal): Promise<number> {
  const profiles = await loadProfiles(join(ROOT, 'load', 'profiles'));
  if (options.list) return list(profiles);
  const profile = profileOf(options, profiles);
  const goals = goalsOf(options);
  const slowStartMs = onFargate(options) ? SLOW_START_MS : 0;
  const short = profile
    ? undefined
    : tooShort(options.questions, options.forMs ?? Number.POSITIVE_INFINITY, slowStartMs);
  if (short) throw new UsageError(`--for ${formatDuration(options.forMs!)}: ${short}`);
  const stream = options.json ? process.stderr : process.stdout;
  const progress = new LoadProgress(stream);
  const startedAt = new Date();
  const run = newRunId();
  const folder = join(ROOT, 'results', `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${run}`);
  const pipeline = findPipeline(options.pipeline, ROOT);
  let target: StandingTarget | undefined;
  let code: number;
  let whole = true;
  try {
    target = await standUpShown(
      { ...options, topology: 'direct' },
      { run, pipeline, work: workOfLoad(options, profile, slowStartMs), signal },
      new Progress(stream),
    );
    const stop = target.ended ? AbortSignal.any([signal, target.ended]) : signal;
    const load = new LoadRun({ options, target, folder, progress, signal: stop, goals, startedAt });
    const answers = profile
      ? await runProfile(profile, load, options)
      : await ask(options.questions, load satisfies LoadContext, stop);
    const { surroundings } = target;
    const results: LoadResults = {
      kind: 'load',
      schemaVersion: LOAD_SCHEMA_VERSION,
      run,
      target: surroundings.target,
      pipeline: pipeline.name,
      engine: surroundings.engine,
      ...(surroundings.kubernetes ? { kubernetes: surroundings.kubernetes } : {}),
      ...(surroundings.place ? { place: surroundings.place } : {}),
      ...(surroundings.rehearsal ? { rehearsal: surroundings.rehearsal } : {}),
      images: surroundings.images,
      machine: machineOfThis(),
      arguments: words,
      ...(await commitOf(ROOT)),
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      outcome: 'pass',
      partial: stop.aborted,
      ...(target.ended?.aborted ? { endedBy: String(target.ended.reason.message) } : {}),
      goals: options.goals,
      trials: load.trials.map(({ samples: _, ...trial }) => trial),
      findings: load.findings,
      answers,
      verdict: profile ? thresholdVerdict(load.trials) : queueVerdict(goals, load.findings),
      leftOut: load.leftOut,
    };
    results.outcome = loadOutcome(results);
    writeLoadArtifacts(folder, results);
    pointLatestAt(folder);
    if (results.endedBy) progress.print(`${results.endedBy}; what was measured so far is kept, marked partial`);
    if (signal.aborted) progress.print('interrupted: what was measured so far is kept, marked partial');
    progress.print(loadSummary(results, folder));
    if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
    if (target.howToLook) progress.print(target.howToLook);
    code = exitCodeOf(results);
  } finally {
    progress.stop();
    whole = await takeDown(target, (line) => progress.print(line));
  }
  return code || (whole ? EXIT.pass : EXIT.environment);
}

function profileOf({ profile: name, replay, settings, forMs }: LoadOptions, all: Profile[]): Profile | undefined {
  if (name === undefined && !replay) return undefined;
  const profile = replay ? replayProfile(replay) : pickProfile(all, name!);
  return withProfileSettings(profile, { ...settings.profile, ...(forMs === undefined ? {} : { forMs }) });
}

function goalsOf({ goals, settings: { profile } }: LoadOptions): Goals {
  if (Array.isArray(profile.pods)) throw new UsageError('--set profile.pods: expected one number of pods');
  return {
    linesPerSecond: profile.rate ?? USUAL.linesPerSecond,
    bytesPerLine: profile.bytes ? parseSize(profile.bytes) : USUAL.bytesPerLine,
    pods: profile.pods ?? USUAL.pods,
    p99Ms: parseDuration(goals.p99),
    outageMs: parseDuration(goals.outage),
  };
}

function list(profiles: readonly Profile[]): number {
  for (const { name, title } of profiles) process.stdout.write(`${pc.bold(name)}\n  ${title}\n`);
  return EXIT.pass;
}
