import type { Target } from '../core/target.ts';
import { K3sTarget } from '../targets/k3s/k3s-target.ts';
import { removeStack } from '../targets/k3s/stack.ts';
import type { PipelineSource } from '../targets/kube/pipeline.ts';
import type { Config } from './config.ts';
import type { E2eOptions } from './e2e-options.ts';
import { ROOT } from './root.ts';

/** A target that stands, and what is to be said about it. */
export interface StandingTarget extends Target {
  /** Engine and versions, in one line. */
  introduction: string;
  /** How to look at what stays up; undefined where nothing does. */
  howToLook?: string;
  /** Whether all that scenarios share still runs. */
  alive(): Promise<boolean>;
}

export interface StandUpOptions {
  run: string;
  pipeline: PipelineSource;
  signal: AbortSignal;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
}

/** Stands up the target that the command line asks for. */
export async function standUp(
  { keep, reuse, engine }: E2eOptions,
  { images }: Config,
  { run, pipeline, signal, say, remark }: StandUpOptions,
): Promise<StandingTarget> {
  let target: K3sTarget;
  try {
    target = await K3sTarget.start({ run, root: ROOT, pipeline, engine, images, keep, reuse, say, remark, signal });
  } catch (error) {
    if (!keep && !reuse) await removeStack(`efk-${run}`).catch(() => {});
    throw error;
  }
  const { name, version } = target.surroundings.engine;
  return Object.assign(target, {
    introduction: `${name} ${version}, Kubernetes ${target.surroundings.kubernetes}${target.stack.reused ? ', taken as they were' : ''}`,
    ...(keep || reuse ? { howToLook: howToLook(target, keep) } : {}),
  });
}

function howToLook({ stack }: K3sTarget, kept: boolean): string {
  const kubectl = `docker exec ${stack.clusterContainer} kubectl --namespace kubetest`;
  return [
    'left up; look with:',
    `  ${kubectl} get pods`,
    ...(kept
      ? [
          `  ${kubectl} logs deployment/testdeployment -c fluentd-sidecar`,
          `  ${kubectl} logs deployment/testdeployment -c test-repo`,
        ]
      : []),
    `  curl ${stack.engineUrl}/_cat/indices?v`,
    `  curl ${stack.edgeAdminUrl}/counters`,
    'take it down with: npm run down',
  ].join('\n');
}
