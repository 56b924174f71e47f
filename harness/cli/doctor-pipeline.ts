import pc from 'picocolors';
import { EXIT } from '../core/trouble.ts';
import { type DiagnoseOptions, diagnose } from '../dev/diagnosis/diagnose.ts';
import { diagnosisLines } from '../dev/diagnosis/lines.ts';
import { standingStack } from './standing-stack.ts';

/** `npm run doctor -- --pipeline`: walks a record's way through the stack that is up. Returns the exit code. */
export async function doctorPipeline(
  options: DiagnoseOptions & { target?: string | undefined; json?: boolean | undefined },
): Promise<number> {
  const { target, json, ...rest } = options;
  const stack = await standingStack(target);
  try {
    const diagnosis = await diagnose(stack, rest);
    const text = json ? JSON.stringify(diagnosis, undefined, 2) : diagnosisLines(diagnosis, pc).join('\n');
    process.stdout.write(`${text}\n`);
    return diagnosis.broken ? EXIT.broken : EXIT.pass;
  } finally {
    await stack.close();
  }
}
