import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Findings, LOAD_SCHEMA_VERSION } from '../core/load-results.ts';
import { UsageError } from '../core/trouble.ts';

const RESULTS = z.looseObject({
  kind: z.literal('load'),
  schemaVersion: z.literal(LOAD_SCHEMA_VERSION),
  findings: z.looseObject({ bytesPerLine: z.number() }),
});

/**
 * What a load run found out: of a named result folder, or of the newest below `results` that measured what a line costs. Throws a UsageError where there
 * is none, or the named one is of another kind or schemaVersion.
 */
export function findingsOf(results: string, named?: string): { folder: string; findings: Findings } {
  if (named !== undefined) {
    const read = RESULTS.safeParse(jsonOf(named, true));
    if (!read.success)
      throw new UsageError(
        `expected a result folder of \`npm run load\` with schemaVersion ${LOAD_SCHEMA_VERSION}, got "${named}":\n${z.prettifyError(read.error)}`,
      );
    return { folder: named, findings: read.data.findings as unknown as Findings };
  }
  for (const folder of newestFirst(results)) {
    const read = RESULTS.safeParse(jsonOf(folder, false));
    const findings = read.success ? (read.data.findings as unknown as Findings) : undefined;
    if (findings?.fluentd) return { folder, findings };
  }
  throw new UsageError(
    `nothing was measured yet: no result folder below ${results} tells what a line costs; run \`npm run load\` first, or name one with --from`,
  );
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
