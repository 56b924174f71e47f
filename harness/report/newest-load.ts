import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Findings, LOAD_SCHEMA_VERSION, type LoadResults } from '../core/load-results.ts';
import { UsageError } from '../core/trouble.ts';

const RESULTS = z.looseObject({
  kind: z.literal('load'),
  schemaVersion: z.literal(LOAD_SCHEMA_VERSION),
  target: z.string(),
  rehearsal: z.array(z.string()).optional(),
  machine: z.looseObject({ cpus: z.number(), cpuModel: z.string() }),
  findings: z.looseObject({ bytesPerLine: z.number() }),
});

/** A load run's findings, and where they were measured. `onAws`: really there, not in a rehearsal. */
export interface FoundFindings {
  folder: string;
  findings: Findings;
  target: string;
  onAws: boolean;
  machine: Pick<LoadResults['machine'], 'cpus' | 'cpuModel'>;
}

/**
 * What a load run found out: of a named result folder, or of the newest below `results` that measured what a line costs and is no rehearsal. Throws a
 * UsageError where there is none, or the named one is of another kind or schemaVersion.
 */
export function findingsOf(results: string, named?: string): FoundFindings {
  if (named !== undefined) {
    const read = RESULTS.safeParse(jsonOf(named, true));
    if (!read.success)
      throw new UsageError(
        `expected a result folder of \`npm run load\` with schemaVersion ${LOAD_SCHEMA_VERSION}, got "${named}":\n${z.prettifyError(read.error)}`,
      );
    return found(named, read.data);
  }
  for (const folder of newestFirst(results)) {
    const read = RESULTS.safeParse(jsonOf(folder, false));
    if (read.success && read.data.findings['fluentd'] && !read.data.rehearsal) return found(folder, read.data);
  }
  throw new UsageError(
    `nothing was measured yet: no result folder below ${results} tells what a line costs; run \`npm run load\` first, or name one with --from`,
  );
}

function found(folder: string, { target, rehearsal, machine, findings }: z.infer<typeof RESULTS>): FoundFindings {
  return {
    folder,
    findings: findings as unknown as Findings,
    target: rehearsal ? `a rehearsal of ${target}` : target,
    onAws: target === 'aws' && !rehearsal,
    machine,
  };
}

function newestFirst(results: string): string[] {
  try {
    return readdirSync(results)
      .filter((name) => name !== 'latest')
      .map((name) => join(results, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function jsonOf(folder: string, named: boolean): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
  } catch (error) {
    if (named)
      throw new UsageError(
        `expected a result folder with a results.json, got "${folder}": ${(error as Error).message}`,
      );
    return undefined;
  }
}
