import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ComparedLoad } from '../core/load-comparison.ts';
import { LOAD_SCHEMA_VERSION } from '../core/load-results.ts';
import { UsageError } from '../core/trouble.ts';

const latency = z.looseObject({ p99: z.number() }).nullable();
const machine = z.looseObject({ cpus: z.number(), memoryBytes: z.number(), cpuModel: z.string(), kernel: z.string() });

/** What a comparison reads of results.json; the rest may be what it will. */
const COMPARED = z.looseObject({
  target: z.string(),
  pipeline: z.string(),
  engine: z.looseObject({ name: z.string(), version: z.string() }),
  kubernetes: z.string().optional(),
  images: z.record(z.string(), z.string()),
  machine,
  trials: z.array(
    z.looseObject({
      name: z.string(),
      outcome: z.enum(['pass', 'fail', 'error', 'skip']),
      achieved: z.number(),
      missing: z.number(),
      duplicated: z.number(),
      toAccepted: latency,
      toSearchable: latency,
      drainMs: z.number().nullable(),
      recoveryMs: z.number().nullable(),
      metrics: z.record(z.string(), z.looseObject({ mean: z.number(), max: z.number() })),
    }),
  ),
});

/** results.json of a load's result folder. A folder without one, another kind, another schema or a broken file is a UsageError. */
export function readLoadResults(folder: string): ComparedLoad {
  const file = join(folder, 'results.json');
  const results = parsed(file, textOf(file, folder));
  const { kind, schemaVersion } = (results ?? {}) as { kind?: unknown; schemaVersion?: unknown };
  if (kind !== 'load') {
    throw new UsageError(
      `expected the results of \`npm run load\` in "${file}" ("kind": "load"), got ${kind === undefined ? 'no kind, as npm run e2e writes them' : JSON.stringify(kind)}`,
    );
  }
  if (schemaVersion !== LOAD_SCHEMA_VERSION) {
    throw new UsageError(
      `expected schemaVersion ${LOAD_SCHEMA_VERSION} in "${file}", got ${JSON.stringify(schemaVersion)}: compare runs of one version of the harness`,
    );
  }
  const checked = COMPARED.safeParse(results);
  if (!checked.success) throw new UsageError(`"${file}" is not as it was written:\n${z.prettifyError(checked.error)}`);
  return checked.data as unknown as ComparedLoad;
}

function textOf(file: string, folder: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(
      `expected a result folder of \`npm run load\`, such as results/latest, got "${folder}": its results.json cannot be read: ${message}`,
    );
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`expected JSON in "${file}": ${(error as Error).message}`);
  }
}
