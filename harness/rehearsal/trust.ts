import type { PlantName } from './plants.ts';
import type { World } from './world.ts';

/** Whom the pods' role trusts: which service accounts, by the word of which cluster's issuer. */
export interface Trust {
  subject: string;
  /** Without `https://`, as policies name it. */
  issuer: string;
}

/** What the audience of a pod's token must be: EKS User Guide, "IAM roles for service accounts". */
export const AUDIENCE = 'sts.amazonaws.com';

/** The trust of the pods' role, as it is or as a planted failure makes it. undefined: there is no such role. */
export function trustOf({ cluster, pods, region }: World, plants: ReadonlySet<PlantName>): Trust | undefined {
  if (plants.has('iam=absent')) return undefined;
  return {
    subject: plants.has('iam=trust-other-account') ? 'system:serviceaccount:default:another' : pods.subject,
    issuer: plants.has('iam=trust-no-oidc')
      ? `oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`
      : issuerOf(cluster.oidcIssuer),
  };
}

/** An issuer as policies name it. */
export function issuerOf(url: string): string {
  return url.replace(/^https:\/\//, '');
}

/** The policy document of a trust. */
export function trustPolicy({ subject, issuer }: Trust, account: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:aud`]: AUDIENCE }, StringLike: { [`${issuer}:sub`]: subject } },
      },
    ],
  };
}

/** StringLike: `*` is any characters, `?` is one. */
export function isLike(text: string, pattern: string): boolean {
  const expression = RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
