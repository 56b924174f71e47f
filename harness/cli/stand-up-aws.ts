import { startAws } from '../targets/aws/start.ts';
import { obtainImage } from '../tools/images.ts';
import { type AwsAsked, accessAws } from './aws-access.ts';
import type { Config } from './config.ts';
import { confirm } from './confirm.ts';
import { ROOT } from './root.ts';
import type { StandingTarget, StandUpOptions } from './standing-target.ts';

/** What `--target aws` takes beside what every target takes. */
export interface AwsFlags extends AwsAsked {
  yes: boolean;
}

/** The user's account, or its rehearsal, once all was looked at, the price said and the question answered. */
export async function standUpAws(
  { rehearse, plant, yes }: AwsFlags,
  { images }: Config,
  { run, pipeline, work = [], signal, say, remark, aside = (ask) => ask() }: StandUpOptions,
): Promise<StandingTarget> {
  const access = await accessAws({ rehearse, plant }, { run, images, say, remark, signal });
  try {
    const target = await startAws({
      ...access,
      ...{ run, root: ROOT, pipeline, work, images, say, remark, signal },
      present: (image) => obtainImage(image, { say, signal }),
      // A rehearsal spends nothing.
      ask: async (question) => rehearse || yes || (await aside(() => confirm(question, { signal }))),
    });
    const { engine, kubernetes, place } = target.surroundings;
    const close = target.close.bind(target);
    return Object.assign(target, {
      introduction: `${rehearse ? 'a rehearsal of ' : ''}${place}: ${engine.name} ${engine.version}, Kubernetes ${kubernetes}`,
      ended: target.spending.ended,
      async close() {
        try {
          await close();
        } finally {
          remark(`· spent $${target.spending.dollars.toFixed(2)} of Fargate${rehearse ? ', had it been Fargate' : ''}`);
          await access[Symbol.asyncDispose]();
        }
      },
    });
  } catch (error) {
    await access[Symbol.asyncDispose]();
    throw error;
  }
}
