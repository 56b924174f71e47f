import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { parse } from 'yaml';
import { ROOT } from '../../harness/cli/root.ts';
import { until } from '../../harness/core/condition.ts';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import { ensureBuilt, fluentdRecipe } from '../../harness/targets/k3s/images.ts';
import { CREDENTIALS, DOMAIN } from '../../harness/targets/kube/local-domain.ts';
import { BUILT_IN } from '../../harness/targets/kube/pipeline.ts';
import { withEndpoint } from '../../harness/targets/kube/td-agent-conf.ts';
import type { Box, Boxes, EdgeBox } from './boxes.ts';
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
  { images: _images, ...bench }: Bench,
  boxes: Boxes,
  pipeline: PipelineName,
  conf: string,
  cpus = 1,
): Promise<Following> {
  const { imageContext } = BUILT_IN[pipeline]!;
  const image = await ensureBuilt(fluentdRecipe(pipeline, join(ROOT, imageContext)), bench.say, bench.signal);
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

/** What a fluentd did with lines that were there at once: in all, and from the first answer of the domain to the last. */
export interface Fed {
  /** From the append of the first line to the acceptance of the last, s. */
  seconds: number;
  /** CPU time of fluentd for it, start-up apart, s. */
  cpuSeconds: number;
  /** Of the steady part, between the first look that saw records and the last. */
  linesPerSecond: number;
  bytesPerSecond: number;
}

/** Longest time in which no record comes, ms. */
const STANDSTILL_MS = 60_000;

/** Appends lines, a block when the last has been accepted, and waits until the edge has answered 201 for each. */
export async function feed(
  fluentd: Following,
  edge: EdgeBox,
  blocks: readonly Buffer[],
  signal: AbortSignal,
): Promise<Fed> {
  await edge.admin.clearCounters();
  const cpuBefore = await fluentd.box.cpuSeconds();
  const started = performance.now();
  let expected = 0;
  let first: Look | undefined;
  let last: Look = { at: started, lines: 0, bytes: 0 };
  for (const block of blocks) {
    fluentd.append(block);
    expected += linesIn(block);
    await until(
      {
        name: `the domain to accept ${expected} records`,
        look: async () => {
          const { itemStatuses, bytes, statuses } = await edge.admin.counters();
          const lines = itemStatuses['201'] ?? 0;
          if (lines > last.lines) last = { at: performance.now(), lines, bytes };
          if (lines > 0) first ??= last;
          if (performance.now() - last.at > STANDSTILL_MS)
            throw new EnvironmentError(
              `no record for ${STANDSTILL_MS / 1000}s: ${lines} of ${expected}, ${JSON.stringify(statuses)}`,
            );
          return lines >= expected ? { met: true, value: undefined } : { met: false, saw: `${lines} records` };
        },
      },
      { withinMs: 600_000, everyMs: 50, signal },
    );
  }
  const cpuSeconds = (await fluentd.box.cpuSeconds()) - cpuBefore;
  const steady = (last.at - first!.at) / 1000;
  return {
    seconds: (last.at - started) / 1000,
    cpuSeconds,
    linesPerSecond: (last.lines - first!.lines) / steady,
    bytesPerSecond: (last.bytes - first!.bytes) / steady,
  };
}

interface Look {
  at: number;
  lines: number;
  bytes: number;
}

function linesIn(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) count++;
  return count;
}
