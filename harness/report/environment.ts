import { cpus, release, totalmem, type } from 'node:os';
import type { LoadResults } from '../core/load-results.ts';
import type { Results } from '../runner/results.ts';
import { CommandError, run } from '../tools/shell.ts';

/** What a run ran on and with. */
export type Environment = Awaited<ReturnType<typeof environmentOf>>;

/** environment.json: versions as the parts told them, the machine as it is, the commit that the harness's files are from. */
export async function environmentOf(results: Results, root: string) {
  const { target, images, engine, kubernetes, pipeline, scenarios, place, rehearsal } = results;
  const [cpu] = cpus();
  return {
    target,
    pipeline,
    engine,
    kubernetes: kubernetes ?? null,
    ...(place ? { place } : {}),
    ...(rehearsal ? { rehearsal } : {}),
    /** Versions that fluentd told in its log; more than one where scenarios differ. */
    fluentd: [...new Set(scenarios.flatMap(({ fluentd }) => fluentd ?? []))],
    images,
    node: process.version,
    os: `${type()} ${release()}`,
    cpu: cpu?.model ?? null,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    ...(await commitOf(root)),
  };
}

/** The machine that a load was measured on. */
export function machineOfThis(): LoadResults['machine'] {
  const [cpu] = cpus();
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    cpuModel: cpu?.model ?? 'unknown',
    kernel: `${type()} ${release()}`,
  };
}

/** The commit that is checked out, and whether files differ from it; null where there is no git or no repository. */
export async function commitOf(root: string): Promise<{ commit: string | null; changed: boolean | null }> {
  try {
    const commit = (await run(['git', '-C', root, 'rev-parse', 'HEAD'])).trim();
    const status = await run(['git', '-C', root, 'status', '--porcelain']);
    return { commit, changed: status.trim() !== '' };
  } catch (error) {
    if (error instanceof CommandError) return { commit: null, changed: null };
    throw error;
  }
}
