import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { parse } from 'yaml';
import { ROOT } from '../../harness/cli/root.ts';
import { ensureBuilt, fluentdRecipe } from '../../harness/targets/k3s/images.ts';
import { CREDENTIALS, DOMAIN } from '../../harness/targets/kube/local-domain.ts';
import { BUILT_IN } from '../../harness/targets/kube/pipeline.ts';
import { withEndpoint } from '../../harness/targets/kube/td-agent-conf.ts';
import type { Box, Boxes } from './boxes.ts';
import type { Bench } from './figure.ts';

export type PipelineName = 'delivered' | 'as-written';

/** The file that both configurations follow, below the folder that is mounted at /app/log. */
const LOG_NAME = 'docswave-app.log';

/** A fluentd in a container, which follows a log file that is still empty. */
export interface Following extends AsyncDisposable {
  box: Box;
  folder: string;
  append(lines: Buffer): void;
}

/** td-agent.conf of a pipeline, as it stands in the repository. */
export function confOf(pipeline: PipelineName): string {
  if (pipeline === 'delivered') return readFileSync(join(ROOT, 'fluentd', 'td-agent.conf'), 'utf8');
  const map = parse(readFileSync(join(ROOT, 'manifests', 'as-written', 'configmap.yaml'), 'utf8'));
  return map.data['td-agent.conf'];
}

/** The configuration with its output pointed at an edge. */
export function confTo(pipeline: PipelineName, edge: Box): string {
  return withEndpoint(confOf(pipeline), { host: edge.name, port: DOMAIN.port });
}

/** Starts a pipeline's fluentd image with a configuration, one CPU unless told, and waits until it follows the log. */
export async function startFluentd(
  { say, signal }: Bench,
  boxes: Boxes,
  pipeline: PipelineName,
  conf: string,
  cpus = 1,
): Promise<Following> {
  const { imageContext } = BUILT_IN[pipeline]!;
  const image = await ensureBuilt(fluentdRecipe(pipeline, join(ROOT, imageContext)), say, signal);
  const folder = mkdtempSync(join(tmpdir(), 'efk-bench-'));
  const log = join(folder, LOG_NAME);
  try {
    writeFileSync(log, '');
    chmodSync(folder, 0o777);
    const box = new GenericContainer(image)
      .withEnvironment({
        AWS_ES_ENDPOINT: conf.match(/^\s*url\s+(http:\S+)/m)?.[1] ?? 'http://none',
        AWS_REGION: 'ap-northeast-2',
        AWS_ACCESS_KEY: CREDENTIALS.accessKeyId,
        AWS_ACCESS_SECRET: CREDENTIALS.secretAccessKey,
        AWS_ACCOUNT: '123456789012',
      })
      .withBindMounts([{ source: folder, target: '/app/log', mode: 'rw' }])
      .withCopyContentToContainer([{ content: conf, target: '/etc/td-agent/td-agent.conf', mode: 0o644 }])
      .withWaitStrategy(Wait.forLogMessage(/following tail of/))
      .withStartupTimeout(60_000);
    // What it leaves in the folder shall be ours to remove; as-written runs as root, to the letter, and leaves nothing there.
    if (pipeline === 'delivered') box.withUser(`${process.getuid?.()}:${process.getgid?.()}`);
    const started = await boxes.start('fluentd', box, cpus);
    return {
      box: started,
      folder,
      append: (lines) => appendFileSync(log, lines),
      async [Symbol.asyncDispose]() {
        await started.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
