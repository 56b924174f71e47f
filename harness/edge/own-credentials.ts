import type { Credential } from './signature.ts';

/** How the edge may be told what to sign with; the first that is whole counts. */
export const CREDENTIAL_VARIABLES = [
  ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ['AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET'],
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
] as const;

/** Temporary keys are renewed so long before they expire, or for the last third of their life where that is shorter, ms. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Between attempts to renew keys that are still valid, ms. */
const TRY_AGAIN_MS = 5000;

/**
 * Where the environment says that credentials come from: a role that is assumed with a service account's token (IRSA; AWS_ENDPOINT_URL_STS is heeded),
 * or keys. Throws where it says nothing whole.
 */
export function credentialSource(env: Partial<Record<string, string>>, region: string): () => Promise<Credential> {
  const [role, keys, usual] = CREDENTIAL_VARIABLES.map(([one, other]) => [env[one], env[other]] as const);
  if (role?.[0] && role[1]) return () => assumed(role[0]!, role[1]!, region);
  const [accessKeyId, secretAccessKey] = keys?.[0] && keys[1] ? keys : (usual ?? []);
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      `--sign-region: there is nothing to sign with: set ${CREDENTIAL_VARIABLES.map((pair) => pair.join(' and ')).join(', or ')}`,
    );
  const sessionToken = accessKeyId === env['AWS_ACCESS_KEY_ID'] ? env['AWS_SESSION_TOKEN'] || undefined : undefined;
  return async () => ({ accessKeyId, secretAccessKey, sessionToken });
}

async function assumed(roleArn: string, webIdentityTokenFile: string, region: string): Promise<Credential> {
  const requestHandler = { connectionTimeout: 5000, requestTimeout: 10_000 };
  const roleSessionName = 'efk-sidecar-edge';
  // Not for every edge: it takes a while to load.
  const { fromTokenFile } = await import('@aws-sdk/credential-provider-web-identity');
  try {
    const { expiration, ...key } = await fromTokenFile({
      roleArn,
      roleSessionName,
      webIdentityTokenFile,
      clientConfig: { region, requestHandler },
    })();
    return { ...key, expiresAt: expiration?.getTime() };
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(
      `AWS STS gives no keys for the role ${roleArn}: ${name}: ${message}; does its trust policy name this pod's service account, and is STS reached from here?`,
      { cause: error },
    );
  }
}

/**
 * Credentials that are kept, and renewed in time: while the old ones are valid nobody waits, and one that cannot be renewed is tried again. Rejects where
 * there are none that are valid. `log` takes a line about each renewal, without a secret.
 */
export function renewed(
  source: () => Promise<Credential>,
  log: (entry: object) => void,
  now: () => number = Date.now,
): () => Promise<Credential> {
  let held: Credential | undefined;
  let renewAt = 0;
  let asking: Promise<Credential> | undefined;
  const stamp = (ms: number) => new Date(ms).toISOString();
  const ask = async () => {
    try {
      held = await source();
      const { accessKeyId, expiresAt = Number.POSITIVE_INFINITY } = held;
      const left = expiresAt - now();
      renewAt = expiresAt - Math.min(RENEW_BEFORE_MS, left / 3);
      const until = Number.isFinite(expiresAt) ? { until: stamp(expiresAt) } : {};
      log({ at: stamp(now()), signsAs: accessKeyId, ...until });
      return held;
    } catch (error) {
      renewAt = now() + TRY_AGAIN_MS;
      log({ at: stamp(now()), reason: `no credentials: ${(error as Error).message}` });
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    const valid = held && (held.expiresAt ?? Number.POSITIVE_INFINITY) > now() ? held : undefined;
    if (valid && now() < renewAt) return valid;
    asking ??= ask();
    if (!valid) return asking;
    // Who asked knows by the log; the next one asks again.
    asking.catch(() => {});
    return valid;
  };
}
