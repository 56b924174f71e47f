import { z } from 'zod';
import type { Api, Caller, Input, Stage } from './api.ts';
import { AwsError, denied } from './errors.ts';
import { AUDIENCE, isLike, issuerOf, trustOf } from './trust.ts';

/** The Security Token Service: who somebody is, and keys for a role. */
export const sts: Api = {
  protocol: 'query',
  service: 'sts',
  version: '2011-06-15',
  regions: { also: ['us-east-1'] },
  operations: {
    GetCallerIdentity: {
      resource: () => '*',
      answer: (_input, { world }, { arn, userId }) => ({ Arn: arn, UserId: userId, Account: world.account }),
    },
    AssumeRole: {
      resource: (input) => text(input, 'RoleArn'),
      answer(input, stage, caller) {
        const role = text(input, 'RoleArn');
        const isThePerson = caller.arn?.includes(':user/') && caller.by === 'person';
        if (!isThePerson || role !== stage.world.person.role) throw denied('query', caller.arn, 'sts:AssumeRole', role);
        return session('person', role, input, stage);
      },
    },
    AssumeRoleWithWebIdentity: {
      resource: (input) => text(input, 'RoleArn'),
      async answer(input, stage) {
        const role = text(input, 'RoleArn');
        const token = claimsOf(text(input, 'WebIdentityToken'));
        const trust = trustOf(stage.world, stage.plants);
        const isTrusted =
          trust?.issuer === issuerOf(stage.world.cluster.oidcIssuer) && isLike(token.sub, trust.subject);
        if (!isTrusted || role !== stage.world.pods.role)
          throw denied('query', undefined, 'sts:AssumeRoleWithWebIdentity', role);
        return {
          SubjectFromWebIdentityToken: token.sub,
          Audience: AUDIENCE,
          Provider: `arn:aws:iam::${stage.world.account}:oidc-provider/${trust.issuer}`,
          ...(await session('pods', role, input, stage)),
        };
      },
    },
  },
};

/** A session of a role: its keys, and who has them. */
async function session(by: 'person' | 'pods', role: string, input: Input, { world, keys }: Stage): Promise<object> {
  const name = text(input, 'RoleSessionName');
  const arn = `arn:aws:sts::${world.account}:assumed-role/${role.split('/').at(-1)}/${name}`;
  const userId = `${by === 'person' ? 'AROAPERSONPERSONPERS' : 'AROAPODSPODSPODSPODS'}:${name}`;
  const key: Caller = { by, arn, userId };
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await keys.issue(key);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiresAt).toISOString(),
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  };
}

const claims = z.object({
  sub: z.string(),
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  /** Seconds since the epoch. */
  exp: z.number(),
});

/** What a token says, if it is for AWS and not over. Who signed it is not looked at. */
function claimsOf(token: string): z.output<typeof claims> {
  const parsed = claims.safeParse(payloadOf(token));
  if (!parsed.success)
    throw new AwsError(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  const { aud, exp } = parsed.data;
  if (!aud.includes(AUDIENCE)) throw new AwsError('InvalidIdentityToken', 'Incorrect token audience');
  const now = Math.floor(Date.now() / 1000);
  if (exp <= now)
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`,
    );
  return parsed.data;
}

function payloadOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return undefined;
  }
}

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
}
