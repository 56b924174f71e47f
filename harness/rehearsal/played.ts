import { randomBytes } from 'node:crypto';
import { SERVICE_ACCOUNT } from '../targets/aws/service-account.ts';
import type { AwsSettings } from '../targets/aws/settings.ts';
import type { LongTermKey, World } from './world.ts';

/** The account that AWS's own documentation has in its examples. */
const ACCOUNT = '123456789012';
/** How long the keys of STS last, s: on AWS 900 at the least. A run outlasts them. */
const SESSION_SECONDS = 120;

/** Where the parts of a rehearsal stand. */
export interface Addresses {
  /** The API server. */
  cluster: string;
  /** The domain as one reaches it from here. */
  domain: string;
  /** `localhost:49152` */
  registry: string;
}

/** The account that is played: that of the pods' role, or the one of AWS's own examples. */
export function accountOf({ pods }: Pick<AwsSettings, 'pods'>): string {
  return 'role' in pods ? pods.role.split(':')[4]! : ACCOUNT;
}

/** The account that a rehearsal of these settings plays: all that they name is there, and fits. Its keys are made up anew each time. */
export function worldOf(settings: AwsSettings, addresses: Addresses, engineVersion: string): World {
  const { region, cluster, namespace, domain, repository, pods } = settings;
  const account = accountOf(settings);
  const role = 'role' in pods ? pods.role : `arn:aws:iam::${account}:role/nobody`;
  return {
    account,
    region,
    person: { key: newKey(), role: `arn:aws:iam::${account}:role/rehearsal` },
    pods: { role, subject: `system:serviceaccount:${namespace}*:${SERVICE_ACCOUNT}` },
    keys: 'secret' in pods ? [newKey()] : [],
    sessionSeconds: SESSION_SECONDS,
    cluster: {
      name: cluster,
      version: '1.34',
      endpoint: addresses.cluster,
      oidcIssuer: `https://oidc.eks.${region}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`,
    },
    profile: { name: 'efk-harness', selectors: [{ namespace: `${namespace}*` }, { namespace: 'kube-system' }] },
    domain: { name: domain.name, endpoint: addresses.domain, engineVersion },
    repository: {
      name: repository,
      uri: `${addresses.registry}/${repository}`,
      token: randomBytes(24).toString('hex'),
    },
  };
}

function newKey(): LongTermKey {
  return {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}
