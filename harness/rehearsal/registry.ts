import { AwsError } from './errors.ts';
import type { World } from './world.ts';

/** Kinds of manifest, single images and lists of them: Docker's and the OCI's. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Longest wait for the registry, ms. */
const ANSWERS_WITHIN_MS = 10_000;

/** What the registry at `url` says of a tag or digest of the repository; undefined: it has no such thing. */
export async function manifestOf(
  url: string,
  { uri, token }: World['repository'],
  reference: string,
): Promise<{ digest: string; mediaType: string | null } | undefined> {
  const name = uri.slice(uri.indexOf('/') + 1);
  const response = await fetch(`${url}/v2/${name}/manifests/${reference}`, {
    method: 'HEAD',
    headers: { accept: MANIFESTS, authorization: `Basic ${Buffer.from(`AWS:${token}`).toString('base64')}` },
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).catch((error: Error) => {
    throw new AwsError('ServerException', `the registry at ${url} does not answer: ${error.message}`, 500);
  });
  if (response.status === 404) return undefined;
  const digest = response.headers.get('docker-content-digest');
  if (!response.ok || !digest)
    throw new AwsError('ServerException', `the registry at ${url} answers ${response.status} for ${reference}`, 500);
  return { digest, mediaType: response.headers.get('content-type') };
}
