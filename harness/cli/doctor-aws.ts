import { join } from 'node:path';
import type { CheckResult } from '../core/check-result.ts';
import { EXIT } from '../core/trouble.ts';
import { checkLine } from '../report/check-line.ts';
import { loadScenarios } from '../runner/load-scenarios.ts';
import { newRunId } from '../runner/run-id.ts';
import { lookFirst } from '../targets/aws/look-first.ts';
import { workOf } from '../targets/aws/plan.ts';
import { blueprintsFor } from '../targets/aws/start.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { obtainImage } from '../tools/images.ts';
import { type AwsAsked, accessAws } from './aws-access.ts';
import type { Config } from './config.ts';
import { Progress } from './progress.ts';
import { ROOT } from './root.ts';

const STEP = 'looking';

/**
 * `npm run doctor -- --target aws`: a line for each thing that a run on AWS needs, with what mends it. Makes nothing but one document, and removes that.
 * `json`: all of them as one array of {@link CheckResult} on stdout, the lines on stderr.
 */
export async function doctorAws(
  asked: AwsAsked,
  { images }: Config,
  { json, signal }: { json: boolean; signal: AbortSignal },
): Promise<number> {
  const progress = new Progress(json ? process.stderr : process.stdout);
  const say = (what: string) => progress.say(STEP, what);
  const remark = (line: string) => progress.print(line);
  progress.start(STEP);
  const access = await accessAws(asked, { run: newRunId(), images, say, remark, signal }).catch((error: unknown) => {
    progress.stop();
    throw error;
  });
  try {
    const present = (image: string) => obtainImage(image, { say, signal });
    say('reading the manifests');
    const pipeline = findPipeline('delivered', ROOT);
    const own = await blueprintsFor({ root: ROOT, pipeline, settings: access.settings, images, present })('direct');
    say('asking AWS');
    const work = workOf(await loadScenarios(join(ROOT, 'scenarios')));
    const results: CheckResult[] = await lookFirst(access, own, work, (result) => remark(checkLine(result)));
    signal.throwIfAborted();
    progress.stop();
    if (json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
    return results.some(({ state }) => state === 'bad') ? EXIT.environment : EXIT.pass;
  } finally {
    progress.stop();
    await access[Symbol.asyncDispose]();
  }
}
