import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../harness/cli/config.ts';
import { parseE2eOptions } from '../../harness/cli/e2e-options.ts';
import { ROOT } from '../../harness/cli/root.ts';
import { standUp } from '../../harness/cli/stand-up.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import type { Target } from '../../harness/core/target.ts';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { runScenario, type ScenarioOptions } from '../../harness/runner/run-scenario.ts';
import { findPipeline } from '../../harness/targets/kube/pipeline.ts';
import { type Bench, type Figure, spreadOf } from './figure.ts';

const PER_SECOND = 10_000;
const SECONDS = 20;

const LOAD: Scenario = {
  name: 'overhead',
  title: 'bears a load while the harness watches',
  why: 'what the harness takes of the machine is missing from the pipeline under test',
  rows: [],
  setting: 'none',
  asWritten: 'kept',
  load: { linesPerSecond: PER_SECOND, for: `${SECONDS}s` },
  drainWithin: '120s',
};

/** What watching costs: the CPU time of this process while a pipeline is under load, and until its records are verified. */
export const overhead: Figure = {
  name: 'overhead',
  title: `harness CPU at ${PER_SECOND.toLocaleString('en-US')} lines/s, share of one core while the load is written`,
  needsDocker: true,
  async measure(bench) {
    const options = parseE2eOptions(['node', 'e2e', '--target', 'k3s'])!;
    const { say, signal } = bench;
    const pipeline = findPipeline('delivered', ROOT);
    const asked = { run: newRunId(), pipeline, signal, say, remark: say };
    const target = await standUp(options, readConfig(), asked);
    const writing: number[] = [];
    const after: number[] = [];
    try {
      for (let round = 0; round < bench.rounds; round++) {
        const cpu = await underLoad(bench, target);
        writing.push((cpu.writing / SECONDS) * 100);
        after.push(cpu.after);
      }
    } finally {
      await target.close();
    }
    const series = [
      { name: 'harness while the load is written', unit: '% of a core', values: writing },
      { name: 'harness from there to the verdict', unit: 'CPU-s', values: after },
    ];
    const { median } = spreadOf(writing);
    return [{ figure: overhead.title, measured: median, unit: '%', aim: { bound: 'at most', value: 5 }, series }];
  },
};

/**
 * CPU-seconds of this process from the first line to the end of the load, and from there to the verdict. `besides`: options of the run whose cost is to
 * be measured too, such as one who watches it.
 */
export async function underLoad(
  { signal, say }: Bench,
  target: Target,
  besides: Partial<ScenarioOptions> = {},
): Promise<{ writing: number; after: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'efk-bench-'));
  const marks: Record<string, number> = {};
  try {
    const { outcome, reasons } = await runScenario(target, LOAD, {
      ...besides,
      folder,
      parameters: {},
      keep: false,
      signal,
      say: (what) => {
        marks[what] ??= cpuSeconds();
        say(what);
      },
      onVerified: () => {
        marks['verified'] = cpuSeconds();
      },
    });
    if (outcome !== 'pass')
      throw new EnvironmentError(`the load was not delivered (${outcome}): ${reasons.join('; ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { writing, draining, verified } = marks as Record<'writing' | 'draining' | 'verified', number>;
  return { writing: draining - writing, after: verified - draining };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
