import { createHash, timingSafeEqual } from 'node:crypto';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Refusal, refusalNamed, refusedSignature } from './answers.ts';

/** A key pair that is known. `expiresAt`: ms since the epoch, for temporary ones. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  expiresAt?: number | undefined;
}

/** A request as it was received. */
export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** AWS takes signatures that are at most this old or this early. */
const SKEW_MS = 5 * 60_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;

/** Why a signature is not taken; `said`: words that hold what was seen. */
export interface SignatureFault {
  fault: 'anonymous' | 'incomplete signature' | 'unknown key' | 'expired token' | 'clock skew' | 'wrong signature';
  said?: string;
}

/** Whose signature it is, and for which region and service it was made. */
export interface Signed {
  credential: Credential;
  region: string;
  service: string;
}

/** Why the domain refuses a request, worded as AWS does, or undefined. */
export async function refusalOf(
  request: ReceivedRequest,
  credentials: readonly Credential[],
  now = Date.now(),
): Promise<Refusal | undefined> {
  const checked = await checkSignature(request, credentials, now);
  if (!('fault' in checked)) return undefined;
  const { fault, said } = checked;
  if (fault === 'anonymous') {
    const action = `es:ESHttp${capital(request.method)}`;
    return refusedSignature(fault, `User: anonymous is not authorized to perform: ${action}`, 'Message');
  }
  return fault === 'clock skew' || fault === 'incomplete signature'
    ? refusedSignature(fault, said ?? fault)
    : refusalNamed(fault);
}

/** Verifies AWS Signature Version 4, of any service, by signing the received request again with just the headers that its signature lists. */
export async function checkSignature(
  request: ReceivedRequest,
  credentials: readonly Credential[],
  now = Date.now(),
): Promise<Signed | SignatureFault> {
  const header = (name: string) =>
    Array.isArray(request.headers[name]) ? request.headers[name].join(',') : request.headers[name];
  const authorization = header('authorization');
  if (!authorization) return { fault: 'anonymous' };
  const [, accessKeyId, , region, service, listed, signature] = authorization.match(AUTHORIZATION) ?? [];
  const date = amzDate(header('x-amz-date'));
  if (!accessKeyId || !region || !service || !listed || !signature || date === undefined) {
    return {
      fault: 'incomplete signature',
      said: "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters and an 'X-Amz-Date' header.",
    };
  }
  const credential = credentials.find((one) => one.accessKeyId === accessKeyId);
  const token = header('x-amz-security-token') || undefined;
  if (!credential || credential.sessionToken !== token) return { fault: 'unknown key' };
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) return { fault: 'expired token' };
  if (Math.abs(now - date) > SKEW_MS) return { fault: 'clock skew', said: skewed(date, now) };

  const names = listed.split(';');
  const headers = Object.fromEntries(
    names.flatMap((name) => (header(name) === undefined ? [] : [[name, header(name)!]])),
  );
  const declared = headers['x-amz-content-sha256'];
  if (declared !== undefined && declared !== createHash('sha256').update(request.body).digest('hex'))
    return { fault: 'wrong signature' };
  const url = new URL(request.url, 'http://domain');
  const signer = new SignatureV4({
    credentials: credential as never,
    region,
    service,
    sha256: Hash.bind(null, 'sha256') as never,
    applyChecksum: declared !== undefined,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: request.method,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers,
      body: request.body,
    }),
    { signingDate: new Date(date), signableHeaders: new Set(names) },
  );
  const expected = String(signed.headers['authorization']).match(AUTHORIZATION)?.[6];
  return expected !== undefined && timingSafeEqual(Buffer.from(expected), Buffer.from(signature))
    ? { credential, region, service }
    : { fault: 'wrong signature' };
}

/** The access key id that a request is signed with, whether or not rightly; undefined where it is not signed. */
export function accessKeyOf({ headers: { authorization } }: Pick<ReceivedRequest, 'headers'>): string | undefined {
  return String(authorization).match(AUTHORIZATION)?.[1];
}

/** `Signature expired: 20261125T110000Z is now earlier than 20261125T110500Z (20261125T111000Z - 5 min.)` */
function skewed(date: number, now: number): string {
  const stamp = (at: number) => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return date < now
    ? `Signature expired: ${stamp(date)} is now earlier than ${stamp(now - SKEW_MS)} (${stamp(now)} - 5 min.)`
    : `Signature not yet current: ${stamp(date)} is still later than ${stamp(now + SKEW_MS)} (${stamp(now)} + 5 min.)`;
}

function amzDate(text: string | undefined): number | undefined {
  const parts = text?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/);
  return parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`) : undefined;
}

/** The query of a URL, as it is to be signed. */
export function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const key of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length > 1 ? values : values[0]!;
  }
  return query;
}

function capital(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}
