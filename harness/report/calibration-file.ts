import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CALIBRATED, type CalibratedName } from '../core/calibrated-figures.ts';
import { CALIBRATION_SCHEMA_VERSION, type Calibration } from '../core/calibration.ts';
import { TOPOLOGIES } from '../core/target.ts';
import { EnvironmentError, UsageError } from '../core/trouble.ts';

/** A calibration as it lies in a file; `madeAt`: ISO 8601. */
export type CalibrationFile = Calibration & { madeAt: string };

export const CALIBRATION_FILE = 'calibration.json';

const factor = z.number().positive();
const band = z.union([
  z.strictObject({ low: factor, high: factor }).refine(({ low, high }) => low <= high, 'low is above high'),
  z.strictObject({ unknown: z.string() }),
]);
const machine = z.looseObject({ cpus: z.number(), memoryBytes: z.number(), cpuModel: z.string(), kernel: z.string() });
const run = z.looseObject({ run: z.string(), target: z.string(), startedAt: z.string(), machine });
const FILE = z.looseObject({
  kind: z.literal('calibration'),
  schemaVersion: z.literal(CALIBRATION_SCHEMA_VERSION),
  madeAt: z.string(),
  load: z.string(),
  local: run,
  aws: run.extend({ target: z.literal('aws') }),
  factors: z.array(
    z.looseObject({
      figure: z.enum(Object.keys(CALIBRATED) as [CalibratedName, ...CalibratedName[]]),
      topology: z.enum(TOPOLOGIES),
      factor,
      band,
    }),
  ),
});

/** Writes a calibration to each of the files, over what is there. Throws an EnvironmentError where one cannot be written. */
export function writeCalibration(files: readonly string[], calibration: CalibrationFile): void {
  for (const file of files)
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(calibration, undefined, 2)}\n`);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new EnvironmentError(
        `the calibration cannot be written to ${file}: ${message}; name a file that this user may write with --out`,
        { cause: error },
      );
    }
}

/**
 * The calibration of a file: of the named one, or of the usual place, where undefined says that there is none. A named file that is not there, and any
 * file that is no calibration of this version, is a UsageError.
 */
export function readCalibration(usual: string, named?: string): CalibrationFile | undefined {
  const file = named ?? usual;
  if (named === undefined && !existsSync(usual)) return undefined;
  const checked = FILE.safeParse(jsonOf(file));
  if (!checked.success)
    throw new UsageError(
      `expected a calibration of \`npm run load -- calibrate\` with schemaVersion ${CALIBRATION_SCHEMA_VERSION} in "${file}":\n${z.prettifyError(checked.error)}\nmake it anew, or plan with --no-calibration`,
    );
  return checked.data as unknown as CalibrationFile;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `expected a calibration in "${file}": ${(error as Error).message}; make one with \`npm run load -- calibrate LOCAL AWS\`, or plan with --no-calibration`,
    );
  }
}
