import type { Capability } from '../core/target.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { AwsTarget } from '../targets/aws/aws-target.ts';
import { EmbeddedTarget } from '../targets/embedded/embedded-target.ts';
import { K3sTarget } from '../targets/k3s/k3s-target.ts';
import { startK3s } from '../targets/k3s/start.ts';
import { removeStack } from '../tools/belongings.ts';
import { DockerUnavailable, dockerVersion } from '../tools/docker.ts';
import type { Config } from './config.ts';
import type { E2eOptions } from './e2e-options.ts';
import { ROOT } from './root.ts';
import { standUpAws } from './stand-up-aws.ts';
import type { StandingTarget, StandUpOptions } from './standing-target.ts';

/** What each target can do. */
export const TARGETS: Record<string, ReadonlySet<Capability>> = {
  k3s: K3sTarget.capabilities,
  embedded: EmbeddedTarget.capabilities,
  aws: AwsTarget.capabilities,
};

/** What is said where the embedded target takes the place of a cluster: what it does and does not prove. */
const STAND_IN =
  'Docker does not answer, so this runs embedded: it proves that a real fluentd with this configuration delivers every record through the edge; ' +
  'what a Kubernetes node or a search engine would do beside that, it does not prove';

/** What the command line says of the target. */
export type Asked = Pick<
  E2eOptions,
  'target' | 'engine' | 'topology' | 'keep' | 'reuse' | 'rehearse' | 'plant' | 'yes'
>;

/** Stands up the target that the command line asks for, or the best that there is. */
export async function standUp(options: Asked, config: Config, asked: StandUpOptions): Promise<StandingTarget> {
  const target = options.target === 'auto' ? await bestTarget(options, config) : options.target;
  if (target === 'aws') return standUpAws(options, config, asked);
  if (target === 'k3s') return standUpK3s(options, config, asked);
  if (options.target === 'auto') asked.remark(STAND_IN);
  return standUpEmbedded(options, asked);
}

/** Takes a target down. What could not be is said, and told by false: results that are there already stay what they are. */
export async function takeDown(target: StandingTarget | undefined, print: (line: string) => void): Promise<boolean> {
  try {
    await target?.close();
    return true;
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** k3s where Docker answers; otherwise embedded, unless that would be a weaker test than somebody counts on. */
async function bestTarget({ keep, reuse, topology }: Asked, { ci }: Config): Promise<'k3s' | 'embedded'> {
  try {
    await dockerVersion();
    return 'k3s';
  } catch (error) {
    if (!(error instanceof DockerUnavailable) || keep || reuse || topology !== 'direct') throw error;
    if (ci)
      throw new EnvironmentError(
        `${error.message}\nCI is set, so nothing weaker takes its place unless it is named: --target embedded`,
      );
    return 'embedded';
  }
}

async function standUpEmbedded(
  { engine }: Asked,
  { run, pipeline, signal, say, remark }: StandUpOptions,
): Promise<StandingTarget> {
  const target = await EmbeddedTarget.start({ run, root: ROOT, pipeline, engine, say, remark, signal });
  const { engine: store, images } = target.surroundings;
  return Object.assign(target, { introduction: `${images['fluentd']}, ${store.name} ${store.version}` });
}

async function standUpK3s(
  { keep, reuse, engine }: Asked,
  { images }: Config,
  { run, pipeline, signal, say, remark }: StandUpOptions,
): Promise<StandingTarget> {
  let target: K3sTarget;
  try {
    target = await startK3s({ run, root: ROOT, pipeline, engine, images, keep, reuse, say, remark, signal });
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
