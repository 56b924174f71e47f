import type { CheckResult } from '../../core/check-result.ts';
import type { FargatePrice } from '../../core/fargate.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { checkLine } from '../../report/check-line.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import type { AwsAccess } from './access.ts';
import { domainSink } from './domain-client.ts';
import { EDGE_LABELS } from './edge-objects.ts';
import { type AwsWork, planOf } from './plan.ts';
import { namespacesOf, type PodKind } from './preflight/check.ts';
import { preflight } from './preflight/preflight.ts';
import { type FargatePrices, fargatePrices } from './prices.ts';

/** Prices of which only the proportions matter: for reckoning how much runs at once, before the real ones are known. */
const ANY_PRICE: FargatePrice = { vcpuHour: 0, gibHour: 0, storageGibHour: 0 };

/** Looks at all that a run needs of account, cluster and domain; `tell` gets each result as it comes in. */
export async function lookFirst(
  access: AwsAccess,
  own: Blueprint,
  work: readonly AwsWork[],
  tell?: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const { settings, apis, kubeconfig, cluster } = access;
  const { podsAtOnce, vcpuAtOnce } = planOf(work, own, settings.lanes, ANY_PRICE);
  const { endpoint } = settings.domain;
  const sink = domainSink({ endpoint, region: settings.region, credentials: access.credentials });
  try {
    return await preflight(
      {
        settings,
        apis,
        domain: sink.client,
        kubeconfig,
        kube: cluster,
        pods: podKinds(own, namespacesOf(settings)),
        atOnce: { pods: podsAtOnce, vcpu: vcpuAtOnce },
      },
      tell,
    );
  } finally {
    await sink.close();
  }
}

/** The same before a run: one that would fail is not begun. Throws {@link EnvironmentError} with a line for each thing to mend. Returns the prices. */
export async function lookFirstOrThrow(
  access: AwsAccess,
  own: Blueprint,
  work: readonly AwsWork[],
  remark: (line: string) => void,
): Promise<FargatePrices> {
  const results = await lookFirst(access, own, work);
  const bad = results.filter(({ state }) => state === 'bad');
  for (const result of results) if (result.state === 'warn' && bad.length === 0) remark(checkLine(result));
  if (bad.length > 0)
    throw new EnvironmentError(
      [
        ...bad.map(checkLine),
        'nothing was made, and nothing spent; look again with: npm run doctor -- --target aws',
      ].join('\n'),
    );
  remark(`· preflight: ${results.length} checks, none that would stop the run`);
  return fargatePrices(access.settings, access.apis);
}

/** Every kind of pod that a run starts, by what a Fargate profile selects it by. */
function podKinds({ anatomy, parts }: Blueprint, namespaces: readonly string[]): PodKind[] {
  const templates = [anatomy.deployment, ...parts.map(({ deployment }) => deployment)].map(
    ({ spec }) => spec!.template.metadata?.labels ?? {},
  );
  return namespaces.flatMap((namespace) => [...templates, EDGE_LABELS].map((labels) => ({ namespace, labels })));
}
