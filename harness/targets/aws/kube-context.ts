import type { Context, KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';
import type { AwsSettings } from './settings.ts';

type Wanted = Pick<AwsSettings, 'context' | 'cluster' | 'region'>;

/**
 * The context of the kubeconfig that leads to the EKS cluster: the one that the settings name, or else the one that fits best. Throws {@link UsageError}
 * where there is none, or several fit equally well.
 */
export function findContext(settings: Wanted, kubeconfig: KubeConfig): string {
  const { context, cluster, region } = settings;
  const update = `aws eks update-kubeconfig --name ${cluster} --region ${region}`;
  const contexts = kubeconfig.getContexts();
  const names = contexts.map(({ name }) => name);
  if (context !== undefined) {
    if (names.includes(context)) return context;
    throw new UsageError(
      `the kubeconfig has no context ${context}, only ${listed(names)}; correct context, or: ${update}`,
    );
  }
  const fits = contexts.map((one) => ({ name: one.name, fit: fitOf(one, settings, kubeconfig) }));
  const best = Math.max(0, ...fits.map(({ fit }) => fit));
  if (best === 0)
    throw new UsageError(
      `no context of the kubeconfig names the EKS cluster ${cluster} in ${region}, only ${listed(names)}; ${update}`,
    );
  const [first, ...others] = fits.filter(({ fit }) => fit === best).map(({ name }) => name);
  if (others.length === 0) return first!;
  throw new UsageError(
    `several contexts of the kubeconfig name the EKS cluster ${cluster}: ${listed([first!, ...others])}; say which with context in aws.config.ts, or EFK_AWS_CONTEXT`,
  );
}

/** 3: named by the cluster's ARN, as the AWS CLI does; 2: leads to such a cluster or user; 1: gets its token for it, or has eksctl's name; 0: another. */
function fitOf(context: Context, { cluster, region }: Wanted, kubeconfig: KubeConfig): number {
  const isArn = (text: string) => {
    const [, of, name] = text.match(/^arn:aws[\w-]*:eks:([\w-]+):\d+:cluster\/(.+)$/) ?? [];
    return of === region && name === cluster;
  };
  if (isArn(context.name)) return 3;
  if (isArn(context.cluster) || isArn(context.user)) return 2;
  const args: string[] = kubeconfig.getUser(context.user)?.exec?.args ?? [];
  const after = (...flags: string[]) => {
    const at = args.findIndex((one) => flags.includes(one));
    const joined = args.find((one) => flags.some((flag) => one.startsWith(`${flag}=`)));
    return joined?.slice(joined.indexOf('=') + 1) ?? (at < 0 ? undefined : args[at + 1]);
  };
  const getsToken =
    after('--cluster-name', '--cluster-id', '-i') === cluster && (after('--region') ?? region) === region;
  return getsToken || context.cluster === `${cluster}.${region}.eksctl.io` ? 1 : 0;
}

function listed(names: readonly string[]): string {
  return names.join(', ') || 'none at all';
}
