import { bad, defineCheck, namespacesOf, ok, warn } from './check.ts';
import { EKS_CLUSTER } from './eks-cluster.ts';
import { API_SERVER, kubeOf } from './kube.ts';
import { trustLetsIn, trustStatement } from './trust-policy.ts';

/** The service account of the sidecar's pods: overlays/aws. */
export const SERVICE_ACCOUNT = 'efk-sidecar';

/** IRSA: the role is there, and its trust policy lets in the service account of every lane. */
export const podsRole = defineCheck("pods' role", [EKS_CLUSTER], async ({ apis, settings }) => {
  const arn = 'role' in settings.pods ? settings.pods.role : '';
  const [, partition, account, path = ''] = arn.match(/^arn:(aws[\w-]*):iam::(\d+):role\/(.+)$/) ?? [];
  const name = path.split('/').at(-1)!;
  const policy = await apis.trustPolicy(name);
  if (policy === undefined)
    return bad(
      `there is no role ${name}`,
      'correct pods.role in aws.config.ts, or make it: docs/aws.md has the commands',
    );
  const issuer = (await apis.cluster(settings.cluster))?.oidcIssuer;
  if (!issuer)
    return bad(
      `${settings.cluster} has no OIDC issuer, so it cannot hand out roles`,
      `eksctl utils associate-iam-oidc-provider --cluster ${settings.cluster} --region ${settings.region} --approve`,
    );
  const subjects = namespacesOf(settings).map((namespace) => `system:serviceaccount:${namespace}:${SERVICE_ACCOUNT}`);
  const outside = subjects.filter((subject) => !trustLetsIn(policy, { issuer, subject, account: account! }));
  if (outside.length === 0) return ok(`${name} lets in ${subjects.join(', ')}`);
  return bad(
    `the trust policy of ${name} does not let in ${outside.join(', ')}`,
    `add this statement to it (aws iam update-assume-role-policy --role-name ${name}): ${trustStatement({ issuer, account: account! }, outside, partition)}`,
  );
});

const KEYS = ['AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET'];

/** In place of a role: the keys lie in a Secret. Their values are never read out. */
export const podsSecret = defineCheck("pods' Secret", [API_SERVER], async (context) => {
  const { settings } = context;
  const [namespace, name] = ('secret' in settings.pods ? settings.pods.secret : '').split('/') as [string, string];
  const values = await kubeOf(context).secretKeys(namespace, name);
  const make = `kubectl -n ${namespace} create secret generic ${name} --from-file=AWS_ACCESS_KEY --from-file=AWS_ACCESS_SECRET, from files without a newline at their end`;
  if (!values) return bad(`there is no Secret ${name} in ${namespace}`, make);
  const lacking = KEYS.filter((key) => (values[key] ?? 'empty') === 'empty');
  if (lacking.length > 0)
    return bad(`Secret ${namespace}/${name} has no value for ${lacking.join(' and ')}`, `make it anew: ${make}`);
  const padded = KEYS.filter((key) => values[key] === 'padded');
  if (padded.length > 0)
    return warn(
      `${padded.join(' and ')} of ${namespace}/${name} begin or end with white space`,
      `make it anew: ${make}`,
    );
  return ok(`${namespace}/${name} has ${KEYS.join(' and ')}`);
});
