import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CalibratedLoad } from '../core/calibration.ts';
import type { ComparedLoad } from '../core/load-comparison.ts';
import { LOAD_SCHEMA_VERSION } from '../core/load-results.ts';
import { TOPOLOGIES } from '../core/target.ts';
import { UsageError } from '../core/trouble.ts';

const latency = z.looseObject({ p50: z.number(), p99: z.number() }).nullable();
const machine = z.looseObject({ cpus: z.number(), memoryBytes: z.number(), cpuModel: z.string(), kernel: z.string() });
const COMPARED_TRIAL = z.looseObject({
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
});

/** What a comparison reads of results.json; the rest may be what it will. */
const COMPARED = z.looseObject({
  target: z.string(),
  pipeline: z.string(),
  engine: z.looseObject({ name: z.string(), version: z.string() }),
  kubernetes: z.string().optional(),
  rehearsal: z.array(z.string()).optional(),
  images: z.record(z.string(), z.string()),
  machine,
  trials: z.array(COMPARED_TRIAL),
});

/** What a calibration reads. */
const CALIBRATED = COMPARED.extend({
  run: z.string(),
  arguments: z.array(z.string()),
  startedAt: z.string(),
  partial: z.boolean(),
  goals: z.looseObject({ p99: z.string(), outage: z.string() }),
  findings: z.looseObject({
    bytesPerLine: z.number(),
    highest: z.looseObject({ linesPerSecond: z.number().optional() }).optional(),
    domain: z.looseObject({ perBulkMs: z.number(), perLineMs: z.number() }).optional(),
  }),
  trials: z.array(
    COMPARED_TRIAL.extend({
      topology: z.enum(TOPOLOGIES),
      changes: z.record(z.string(), z.string()),
      pods: z.number(),
      bytesPerLine: z.number(),
      offered: z.number(),
      measuredMs: z.number(),
      gaveOut: z.looseObject({ stage: z.string() }).nullable(),
      faults: z.array(z.looseObject({ label: z.string() })),
    }),
  ),
});

/** What a comparison needs of a load's result folder. A folder without results.json, another kind, another schema or a broken file is a UsageError. */
export function readLoadResults(folder: string): ComparedLoad {
  return read(folder, COMPARED) as unknown as ComparedLoad;
}

/** What a calibration needs of it; a UsageError as with {@link readLoadResults}. */
export function readCalibratedLoad(folder: string): CalibratedLoad {
  return read(folder, CALIBRATED) as unknown as CalibratedLoad;
}

function read(folder: string, schema: z.ZodType): unknown {
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
  const checked = schema.safeParse(results);
  if (!checked.success) throw new UsageError(`"${file}" is not as it was written:\n${z.prettifyError(checked.error)}`);
  return checked.data;
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
