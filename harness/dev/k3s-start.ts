import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newRunId } from '../runner/run-id.ts';
import { stackThatRuns } from '../targets/k3s/stack.ts';
import { startK3s as startTarget } from '../targets/k3s/start.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { removeStack } from '../tools/belongings.ts';
import { LABEL, OWNER_LABEL, ourContainers } from '../tools/ours.ts';
import { ownerOfThis } from '../tools/owner.ts';
import { run as runCommand } from '../tools/shell.ts';
import { WORKING_CPUS } from './compose-start.ts';
import { DASHBOARDS_PORT, K3sStack, type K3sStackFacts } from './k3s-stack.ts';
import type { Started } from './started.ts';

/** What the names of a dev stack's containers begin with; those of a kept stack, and of a test's, begin otherwise. */
export const DEV_PREFIX = 'efk-dev';
/** The stack that `--keep` leaves, of whichever command. */
const KEPT = 'efk-kept-opensearch';

export interface K3sOptions {
  root: string;
  images: { k3s: string; opensearch: string; elasticsearch: string; redis: string; dashboards: string };
  configFile: string;
  linesPerSecond: number;
  /** An image in place of the sample application's. */
  app?: string | undefined;
  keep: boolean;
  say(what: string): void;
  remark(line: string): void;
  signal: AbortSignal;
}

/** Starts cluster, engine and edge, and the pipeline in a pod; returns once fluentd follows the log. What was started is taken down where that fails. */
export async function startK3s(options: K3sOptions): Promise<Started> {
  const { root, images, keep, say, remark, signal, app, configFile } = options;
  const run = `dev${newRunId().slice(1)}`;
  const name = keep ? KEPT : `efk-${run}`;
  try {
    const target = await startTarget({
      ...{ run, root, images, keep, say, remark, signal },
      ...{ pipeline: findPipeline('delivered', root), engine: 'opensearch', reuse: false },
    });
    say('waiting for the pod');
    const deployment = await target.deploy(run, {
      load: { linesPerSecond: options.linesPerSecond, for: '24h', start: 'at-once' },
      ...{ pods: 1, applications: 1, parameters: {}, conf: readFileSync(configFile, 'utf8') },
      cpu: WORKING_CPUS,
      ...(app === undefined ? {} : { application: app }),
    });
    await deployment.ready({ followed: app === undefined });
    await deployment.letGo?.();
    const facts: K3sStackFacts = {
      stack: target.stack,
      cluster: new Cluster(target.stack.kubeconfig),
      configFile,
      close: () => target.close(),
    };
    const stack = await K3sStack.of(facts);
    return {
      stack,
      startDashboards: async (ending) => {
        await startDashboards(name, images.dashboards, keep, ending);
        await stack.refresh();
      },
    };
  } catch (error) {
    await removeStack(name);
    throw error;
  }
}

/** The dev stack on k3s that is up, or one that another command was asked to keep; undefined where there is none with a pod in it. */
export async function findK3s(root: string): Promise<K3sStack | undefined> {
  const clusters = (await ourContainers()).filter(
    ({ labels, state }) => labels[`${LABEL}.role`] === 'k3s' && state === 'running',
  );
  const names = clusters
    .map(({ labels }) => labels[LABEL]!)
    .filter((name) => name.startsWith(DEV_PREFIX) || name === KEPT);
  for (const name of names) {
    const stack = await stackThatRuns(name);
    if (!stack) continue;
    const facts = {
      stack,
      cluster: new Cluster(stack.kubeconfig),
      configFile: join(root, 'fluentd', 'td-agent.conf'),
      close: async () => {},
    };
    const found = await K3sStack.of(facts);
    if (await found.stands()) return found;
  }
  return undefined;
}

async function startDashboards(network: string, image: string, keep: boolean, signal: AbortSignal): Promise<void> {
  const labels = [`${LABEL}=${network}`, ...(keep ? [] : [`${OWNER_LABEL}=${await ownerOfThis()}`])];
  await runCommand(
    [
      ...['docker', 'run', '--detach', '--name', `${network}-dashboards`, '--network', network],
      ...labels.flatMap((label) => ['--label', label]),
      ...['--publish', `127.0.0.1::${DASHBOARDS_PORT}`, '--memory', '1g', '--pull', 'never'],
      ...[
        '--env',
        `OPENSEARCH_HOSTS=["http://${network}-engine:9200"]`,
        '--env',
        'DISABLE_SECURITY_DASHBOARDS_PLUGIN=true',
      ],
      image,
    ],
    { signal },
  );
}
