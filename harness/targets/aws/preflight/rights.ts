import type { V1ResourceAttributes } from '@kubernetes/client-node';
import { bad, defineCheck, namespacesOf, ok } from './check.ts';
import { API_SERVER, kubeOf } from './kube.ts';

const APPLIED = [
  { group: 'apps', resource: 'deployments' },
  { resource: 'configmaps' },
  { resource: 'secrets' },
  { resource: 'services' },
  { resource: 'serviceaccounts' },
];
const each = (verbs: readonly string[], one: V1ResourceAttributes) => verbs.map((verb) => ({ verb, ...one }));

/** All that the harness does with the API server. Namespaces are of the cluster, the others in the namespaces of the lanes unless one is named. */
export const DEEDS: readonly V1ResourceAttributes[] = [
  ...each(['get', 'list', 'create', 'patch', 'delete'], { resource: 'namespaces' }),
  ...each(['list', 'delete'], { resource: 'pods' }),
  // Over a WebSocket both begin with a GET, and later API servers ask for create all the same.
  ...each(['get', 'create'], { resource: 'pods', subresource: 'exec' }),
  ...each(['get'], { resource: 'pods', subresource: 'log' }),
  ...each(['create'], { resource: 'pods', subresource: 'eviction' }),
  ...each(['get', 'create'], { resource: 'pods', subresource: 'portforward' }),
  ...each(['get'], { resource: 'pods', subresource: 'proxy' }),
  ...each(['list'], { resource: 'events' }),
  ...APPLIED.flatMap((one) => each(['create', 'patch', 'delete'], one)),
  // Whether CoreDNS is ready.
  ...each(['list'], { group: 'discovery.k8s.io', resource: 'endpointslices', namespace: 'kube-system' }),
];

export const rights = defineCheck('rights', [API_SERVER], async (context) => {
  const { settings } = context;
  const kube = kubeOf(context);
  // By lane, so that no more than one lane's questions are open at once.
  const refused = new Set<string>();
  for (const namespace of namespacesOf(settings)) {
    const asked = DEEDS.map((one) => (one.resource === 'namespaces' ? one : { namespace, ...one }));
    const answers = await Promise.all(asked.map(async (one) => ({ one, may: await kube.may(one) })));
    for (const { one, may } of answers) if (!may) refused.add(deedText(one));
  }
  if (refused.size === 0) return ok(`all ${DEEDS.length} that a run takes`);
  return bad(
    `the API server refuses us: ${[...refused].join(', ')}`,
    `have them allowed: aws eks associate-access-policy --cluster-name ${settings.cluster} --region ${settings.region} --principal-arn ARN --access-scope type=cluster --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy, or those of docs/aws/kubernetes-rights.yaml: docs/aws.md has the commands`,
  );
});

function deedText({ verb, resource, subresource }: V1ResourceAttributes): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
}
