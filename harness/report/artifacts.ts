import { cpus, totalmem } from 'node:os';
import { getJunitXml } from 'junit-xml';
import { marked } from 'marked';
import type { Results } from '../runner/results.ts';
import { CommandError, run } from '../tools/shell.ts';
import { markdownReport } from './markdown.ts';
import { pointLatestAt, writeTogether } from './result-folder.ts';

/** Writes the result folder's own files, all or none, and points results/latest at it. Throws an EnvironmentError where the folder cannot be written. */
export async function writeArtifacts(folder: string, results: Results, root: string): Promise<void> {
  const markdown = markdownReport(results);
  writeTogether(folder, {
    'report.md': markdown,
    'report.html': await html(markdown, `${results.pipeline}: ${results.outcome}`),
    'environment.json': `${JSON.stringify(await environment(results, root), undefined, 2)}\n`,
    'junit.xml': junit(results),
    'results.json': `${JSON.stringify(results, undefined, 2)}\n`,
  });
  pointLatestAt(folder);
}

function junit({ scenarios, pipeline, durationMs, startedAt }: Results): string {
  const testCases = scenarios.map(({ name, outcome, reasons, durationMs }) => ({
    name,
    classname: pipeline,
    time: durationMs / 1000,
    ...(outcome === 'fail' ? { failures: reasons.map((message) => ({ message })) } : {}),
    ...(outcome === 'error' ? { errors: reasons.map((message) => ({ message })) } : {}),
    ...(outcome === 'skip' ? { skipped: true } : {}),
  }));
  return getJunitXml({
    name: 'efk-sidecar-harness',
    time: durationMs / 1000,
    suites: [{ name: pipeline, timestamp: new Date(startedAt), testCases }],
  });
}

async function environment(results: Results, root: string): Promise<object> {
  const { target, images, engine, kubernetes } = results;
  const [cpu] = cpus();
  const commit = await run(['git', '-C', root, 'rev-parse', 'HEAD']).then(
    (text) => text.trim(),
    (error) => {
      if (error instanceof CommandError) return null;
      throw error;
    },
  );
  return {
    target,
    images,
    engine,
    kubernetes,
    node: process.version,
    cpu: cpu?.model,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    commit,
  };
}

async function html(markdown: string, title: string): Promise<string> {
  const body = await marked.parse(markdown);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .7rem; white-space: nowrap; }
pre { overflow-x: auto; padding: 1rem; background: #8882; }
code, li { overflow-wrap: anywhere; }
</style></head><body>
${body}</body></html>
`;
}
