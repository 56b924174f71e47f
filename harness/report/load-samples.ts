import { existsSync, readFileSync } from 'node:fs';
import type { Sample } from '../core/sample.ts';
import { UsageError } from '../core/trouble.ts';

/**
 * Samples of a result folder's samples.jsonl by the name of their trial; none where there is no such file. A last line that was cut short is passed
 * over; any other that is no sample is a UsageError.
 */
export function readSamples(file: string): Map<string, Sample[]> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n');
  const whole = lines.slice(0, -1);
  return Map.groupBy(
    whole.map((line, i) => sampleOf(line, `${file}, line ${i + 1}`)),
    ({ trial }) => trial,
  );
}

function sampleOf(line: string, place: string): Sample {
  try {
    const sample = JSON.parse(line) as Sample | null;
    if (
      typeof sample?.trial === 'string' &&
      typeof sample.atMs === 'number' &&
      typeof sample.values === 'object' &&
      sample.values
    )
      return sample;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(
    `expected a sample such as {"trial":"…","atMs":0,"values":{}} in ${place}, got "${line.slice(0, 80)}"`,
  );
}
