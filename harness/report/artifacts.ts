import type { Results } from '../runner/results.ts';
import { environmentOf } from './environment.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { htmlPage } from './page.ts';
import { pointLatestAt, writeTogether } from './result-folder.ts';

/**
 * Writes the result folder's own files, all or none, and points results/latest at it. `root`: the project's folder, for the commit. Throws an
 * EnvironmentError where the folder cannot be written.
 */
export async function writeArtifacts(folder: string, results: Results, root: string): Promise<void> {
  const environment = await environmentOf(results, root);
  const markdown = markdownReport(results, environment);
  writeTogether(folder, {
    'report.md': markdown,
    'report.html': await htmlPage(markdown, `${results.pipeline}: ${results.outcome}`),
    'environment.json': `${JSON.stringify(environment, undefined, 2)}\n`,
    'junit.xml': junit(results),
    'results.json': `${JSON.stringify(results, undefined, 2)}\n`,
  });
  pointLatestAt(folder);
}

function junit({ scenarios, pipeline, durationMs, startedAt }: Results): string {
  return junitXml(
    { name: 'efk-sidecar-harness', suite: pipeline, startedAt, durationMs },
    scenarios.map((scenario) => ({ ...scenario, classname: pipeline })),
  );
}
