import { randomUUID } from 'node:crypto';

/** An answer of the edge's own, in place of the engine's. */
export interface Refusal {
  status: number;
  /** A few words, for counters and journal. */
  reason: string;
  body: string;
  headers?: Record<string, string>;
}

/** Refusals by name: `{ refusal: 'expired token' }`. */
export const REFUSALS = [
  'throttled',
  'unavailable',
  'bad gateway',
  'gateway time-out',
  'body over the cap',
  'cluster block',
  'expired token',
  'unknown key',
  'wrong signature',
  'not authorized',
] as const;
export type RefusalName = (typeof REFUSALS)[number];

/** Cap of small instances: aws.amazon.com/opensearch-service, limits. */
export const SMALL_INSTANCE_CAP_BYTES = 10 * 2 ** 20;

/**
 * What AWS's front door says; texts as its documentation and users' reports have them. 403 comes from different rooms: "message" from the signature
 * check, "Message" from the access policy, "error" from the engine's own block when storage is short.
 */
const AS_AWS: Record<RefusalName, { status: number; body: string }> = {
  throttled: { status: 429, body: '429 Too Many Requests /_bulk' },
  unavailable: { status: 503, body: '<html><body><b>Http/1.1 Service Unavailable</b></body> </html>' },
  'bad gateway': { status: 502, body: page('502 Bad Gateway') },
  'gateway time-out': { status: 504, body: page('504 Gateway Time-out') },
  'body over the cap': { status: 413, body: tooLargeBody(SMALL_INSTANCE_CAP_BYTES) },
  'cluster block': { status: 403, body: clusterBlock('blocked by: [FORBIDDEN/8/index write (api)];') },
  'expired token': said('The security token included in the request is expired'),
  'unknown key': said('The security token included in the request is invalid.'),
  'wrong signature': said(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ),
  'not authorized': {
    status: 403,
    body: JSON.stringify({
      Message:
        'User: arn:aws:iam::123456789012:user/fluentd is not authorized to perform: es:ESHttpPost because no resource-based policy allows the es:ESHttpPost action',
    }),
  },
};

/** What a bare status stands for. */
const BY_STATUS: Record<number, RefusalName> = {
  403: 'cluster block',
  413: 'body over the cap',
  429: 'throttled',
  502: 'bad gateway',
  503: 'unavailable',
  504: 'gateway time-out',
};

/** The refusal of this name, as AWS words it. */
export function refusalNamed(name: RefusalName): Refusal {
  return withRequestId({ reason: name, ...AS_AWS[name] });
}

/** The answer for a status, with AWS's words unless others are given. */
export function answerFor(status: number, body?: string, headers?: Record<string, string>): Refusal {
  const name = BY_STATUS[status];
  const usual = name ? refusalNamed(name) : { reason: `status ${status}`, body: `{"message":"status ${status}"}` };
  return withRequestId({ ...usual, status, ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) });
}

/** The answer to a body over the cap. */
export function tooLarge(capBytes: number): Refusal {
  return withRequestId({ status: 413, reason: 'body over the cap', body: tooLargeBody(capBytes) });
}

/** The answer to a body that is over a byte limit, in the words for any throttling. */
export function overLimit(): Refusal {
  return { ...refusalNamed('throttled'), reason: 'over the byte limit' };
}

/** A 403 of the signature check, in words that hold what it saw. */
export function refusedSignature(reason: string, message: string, key: 'message' | 'Message' = 'message'): Refusal {
  return withRequestId({ status: 403, reason, body: JSON.stringify({ [key]: message }) });
}

function withRequestId({ headers, body, ...rest }: Refusal): Refusal {
  const type = body.startsWith('{') ? 'application/json' : body.startsWith('<') ? 'text/html' : 'text/plain';
  return { ...rest, body, headers: { 'content-type': type, 'x-amzn-requestid': randomUUID(), ...headers } };
}

function said(message: string): { status: number; body: string } {
  return { status: 403, body: JSON.stringify({ message }) };
}

function tooLargeBody(capBytes: number): string {
  return JSON.stringify({ Message: `Request size exceeded ${capBytes} bytes` });
}

function clusterBlock(reason: string): string {
  const error = { type: 'cluster_block_exception', reason };
  return JSON.stringify({ error: { root_cause: [error], ...error }, status: 403 });
}

function page(title: string): string {
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
