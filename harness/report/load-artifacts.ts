import { join } from 'node:path';
import type { LoadResults } from '../core/load-results.ts';
import { loadJunit } from './load-junit.ts';
import { loadMarkdown } from './load-markdown.ts';
import { loadPage } from './load-page.ts';
import { readSamples } from './load-samples.ts';
import { pointLatestAt, writeTogether } from './result-folder.ts';

/**
 * Writes the reports of a load into its result folder, all or none, and points results/latest at it; the samples are those of the folder's
 * samples.jsonl. Throws an EnvironmentError where the folder cannot be written.
 */
export function writeLoadArtifacts(folder: string, results: LoadResults): void {
  writeTogether(folder, {
    'report.md': loadMarkdown(results),
    'report.html': loadPage(results, readSamples(join(folder, 'samples.jsonl'))),
    'junit.xml': loadJunit(results),
    'results.json': `${JSON.stringify(results, undefined, 2)}\n`,
  });
  pointLatestAt(folder);
}
