import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT } from '../core/trouble.ts';
import { environmentOf } from '../report/environment.ts';
import { htmlPage } from '../report/page.ts';
import { type ComparedRun, promisesMarkdown } from '../report/promises.ts';
import { pointLatestAt } from '../report/result-folder.ts';
import { summaryLine } from '../report/terminal.ts';
import { loadScenarios, pickScenarios } from '../runner/load-scenarios.ts';
import { compareCode } from '../runner/results.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import type { E2eOptions } from './e2e-options.ts';
import { Progress } from './progress.ts';
import { ROOT } from './root.ts';
import { runPipeline } from './run-e2e.ts';

/** The pipeline that only speaks to Elasticsearch: against OpenSearch 2 it delivers nothing (design, "As written, runnable"). */
const ON_ELASTICSEARCH = 'as-written';

/** `npm run e2e -- --compare A,B`: every scenario on both, one table of promises; returns the exit code. */
export async function runCompare(options: E2eOptions, pair: [string, string], signal: AbortSignal): Promise<number> {
  const scenarios = pickScenarios(await loadScenarios(join(ROOT, 'scenarios')), options.names);
  // Both are looked for before the first runs.
  for (const name of pair) findPipeline(name, ROOT);
  const progress = new Progress(options.json ? process.stderr : process.stdout);
  const startedAt = new Date();
  const runs: ComparedRun[] = [];
  let left = false;
  for (const pipeline of pair) {
    const engine = pipeline === ON_ELASTICSEARCH ? 'elasticsearch' : options.engine;
    const { results, folder, whole } = await runPipeline({ ...options, pipeline, engine }, scenarios, progress, signal);
    progress.print(summaryLine(results, folder));
    left ||= !whole;
    if (results.partial) return EXIT.interrupted;
    runs.push({ results, environment: await environmentOf(results, ROOT) });
  }
  const [before, after] = runs as [ComparedRun, ComparedRun];
  const folder = join(ROOT, 'results', `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-compare`);
  const markdown = promisesMarkdown(scenarios, before, after);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'promises.md'), markdown);
  writeFileSync(join(folder, 'promises.html'), await htmlPage(markdown, `Promises: ${pair.join(' and ')}`));
  pointLatestAt(folder);
  if (options.out) {
    const out = resolve(options.out);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, markdown);
  }
  progress.print(`\ntable of promises: ${folder}/promises.html${options.out ? `, ${options.out}` : ''}`);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify(
        runs.map(({ results }) => results),
        undefined,
        2,
      )}\n`,
    );
  return compareCode(before.results, after.results) || (left ? EXIT.environment : EXIT.pass);
}
