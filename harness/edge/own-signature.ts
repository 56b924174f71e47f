import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Outgoing } from './backend.ts';
import { type Credential, queryOf } from './signature.ts';

/** Signs a request that goes to this address; returns all its headers. Rejects where there is nothing to sign with. */
export type Sign = (url: URL, outgoing: Outgoing) => Promise<Outgoing['headers']>;

/** Signs as AWS Signature Version 4 has it, service es; what a client of the edge's signed with must be gone from the headers. */
export function signAs(region: string, credentials: () => Promise<Credential>): Sign {
  const sha256 = Hash.bind(null, 'sha256') as never;
  const signer = new SignatureV4({ credentials: credentials as never, region, service: 'es', sha256 });
  return async (url, { method, headers, body }) => {
    const type = headers['content-type'];
    const signed = await signer.sign(
      new HttpRequest({
        method,
        hostname: url.hostname,
        path: url.pathname,
        query: queryOf(url),
        // Not the others: whoever stands between may change them.
        headers: { host: url.host, ...(type === undefined ? {} : { 'content-type': String(type) }) },
        body,
      }),
    );
    return { ...headers, ...signed.headers };
  };
}
