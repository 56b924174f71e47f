import { cpus } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import type { LoadProgress } from '../harness/cli/load-progress.ts';
import type { LoadOptions } from '../harness/cli/load-run-options.ts';
import { formatDuration } from '../harness/core/duration.ts';
import type { Findings, TopologyName, Trial } from '../harness/core/load-results.ts';
import { parseCpu } from '../harness/core/quantity.ts';
import { plannedMs } from '../harness/core/scenario.ts';
import type { Target } from '../harness/core/target.ts';
import type { LoadContext, Measured, TrialSpec } from './context.ts';
import { runTrial, type TrialGround } from './trial.ts';
import type { Goals } from './verdict.ts';

export interface LoadRunOptions {
  options: LoadOptions;
  target: Target;
  folder: string;
  progress: LoadProgress;
  signal: AbortSignal;
  goals: Goals;
  startedAt: Date;
}

/** What only an edge sees. */
const UNSEEN =
  'time from written to accepted, records sent twice, and all figures of the edge, in trials that decide nothing at it: pods send to the domain itself there';

/** A run's budget where none is given, as with a profile: none. */
const UNLIMITED_MS = Number.POSITIVE_INFINITY;

/** One run of `npm run load`: starts trials, keeps them, and tells of them. */
export class LoadRun implements LoadContext {
  readonly goals: Goals;
  readonly topologies: readonly TopologyName[];
  readonly repeat: number;
  readonly findings: Findings;
  readonly trials: Measured[] = [];
  readonly leftOut: string[] = [];
  readonly engineCores = cpus().length;
  readonly slowStartMs: number;
  readonly cpuLimit: number | undefined;
  readonly bufferBytes: number;
  reserveMs = 0;
  readonly #of: LoadRunOptions;
  readonly #ground: TrialGround;
  #started = 0;

  constructor(of: LoadRunOptions) {
    const { options, target, folder, progress, signal, goals } = of;
    const { parameters, limits, redis, disk, collectors, edgeBytesPerSecond } = options.settings;
    this.#of = of;
    this.goals = goals;
    this.topologies = this.#possible(options.topologies);
    this.repeat = options.repeat ?? 3;
    this.slowStartMs = target.slowStartMs ?? 0;
    this.findings = { bytesPerLine: goals.bytesPerLine };
    const facts = target.limits?.(parameters) ?? {};
    this.cpuLimit = limits.cpu ? parseCpu(limits.cpu) : facts.fluentdCores;
    this.bufferBytes = facts.bufferBytes ?? 512 * 2 ** 20;
    this.#ground = {
      target,
      folder,
      samplesFile: join(folder, 'samples.jsonl'),
      load: options.settings.load,
      changes: {
        parameters,
        ...limits,
        redis,
        ...(disk ? { disk } : {}),
        ...(collectors ? { collectors } : {}),
        ...(edgeBytesPerSecond ? { edgeBytesPerSecond } : {}),
      },
      cpuLimit: this.cpuLimit,
      collectorLimit: facts.fluentdCores,
      elsewhere: target.surroundings.target === 'aws' && !target.surroundings.rehearsal,
      say: (_trial, what) => progress.say(what),
      onSample: (sample) => progress.read(sample),
      signal,
    };
  }

  get bulkTimes(): LoadContext['bulkTimes'] {
    const { engine } = this.#of.target;
    const { bytesPerLine } = this.goals;
    if (!engine?.bulkTimes) return undefined;
    return async (lines, bulks, atOnce) => ({
      elapsedMs: await engine.bulkTimes!({ lines, bytesPerLine, bulks, atOnce }),
    });
  }

  get footprint(): LoadContext['footprint'] {
    const { engine } = this.#of.target;
    return engine?.footprint ? () => engine.footprint!() : undefined;
  }

  async trial(spec: TrialSpec): Promise<Measured> {
    const { signal, progress } = this.#of;
    signal.throwIfAborted();
    this.#started++;
    progress.start({ name: spec.name, number: this.#started, loadMs: plannedMs(spec.load) });
    const trial = await runTrial(this.#ground, spec);
    signal.throwIfAborted();
    this.trials.push(trial);
    if (trial.sentTwice === null && trial.outcome !== 'error') this.leaveOut(UNSEEN);
    progress.done(lineOf(trial));
    return trial;
  }

  async besides(specs: readonly TrialSpec[]): Promise<Measured[]> {
    const results = new Map<TrialSpec, Measured>();
    const queue = [...specs];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) results.set(next, await this.trial(next));
    };
    const ended = await Promise.allSettled(Array.from({ length: this.#of.target.lanes }, worker));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    return specs.map((spec) => results.get(spec)!);
  }

  get interrupted(): boolean {
    return this.#of.signal.aborted;
  }

  leftMs(): number {
    const { options, startedAt } = this.#of;
    return (options.forMs ?? UNLIMITED_MS) - (Date.now() - startedAt.getTime());
  }

  say(what: string): void {
    this.#of.progress.print(pc.bold(what));
  }

  /** Other ways to the domain need a cluster for their parts. */
  #possible(asked: readonly TopologyName[]): readonly TopologyName[] {
    const { target } = this.#of;
    if (target.capabilities.has('cluster')) return asked;
    const others = asked.filter((topology) => topology !== 'direct');
    if (others.length > 0)
      this.leaveOut(
        `${others.join(' and ')}: the target ${target.surroundings.target} is no cluster and has no collector`,
      );
    return ['direct'];
  }

  leaveOut(what: string): void {
    if (!this.leftOut.includes(what)) this.leftOut.push(what);
  }
}

function lineOf(trial: Trial): string {
  const { name, outcome, achieved, offered, missing, accepted, toSearchable, gaveOut, reasons } = trial;
  const mark = { pass: pc.green('✔'), fail: pc.yellow('✘'), error: pc.red('!'), skip: pc.dim('–') }[outcome];
  const p99 = toSearchable ? ` · p99 ${formatDuration(toSearchable.p99)}` : '';
  const rate = `${Math.round(achieved).toLocaleString('en-US')} of ${Math.round(offered).toLocaleString('en-US')} lines/s`;
  const lost = `${missing.toLocaleString('en-US')} of ${accepted.toLocaleString('en-US')} missing`;
  const why = outcome === 'error' ? ` · ${(reasons[0] ?? '').split('\n')[0]}` : '';
  return `${mark} ${name} · ${rate} · ${lost}${p99}${gaveOut ? ` · gave out: ${gaveOut.stage}` : ''}${why}`;
}
