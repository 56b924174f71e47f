import { Agent, request } from 'node:http';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import { CREDENTIALS } from '../../harness/targets/kube/local-domain.ts';

/** A bulk request that can be sent again and again, while its signature is not older than five minutes. */
export interface SignedBulk {
  headers: Record<string, string>;
  body: Buffer;
}

/** Signs a bulk body as fluentd's output does (SigV4, service es). */
export async function signedBulk(body: Buffer, host: string): Promise<SignedBulk> {
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: 'ap-northeast-2',
    service: 'es',
    sha256: Hash.bind(null, 'sha256') as never,
  });
  const headers = { host, 'content-type': 'application/json' };
  const unsigned = new HttpRequest({ method: 'POST', hostname: host, path: '/_bulk', headers, body });
  return { headers: (await signer.sign(unsigned)).headers, body };
}

/**
 * Posts bodies to `/_bulk` of an edge or an engine, `atOnce` of them at a time, each on a connection of its own. Throws an
 * {@link EnvironmentError} where an answer is not 200, or tells of errors.
 */
export async function postAll(
  url: string,
  bodies: Iterable<SignedBulk>,
  atOnce: number,
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const iterator = bodies[Symbol.iterator]();
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      signal.throwIfAborted();
      await post(url, next.value, agent, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    agent.destroy();
  }
}

function post(url: string, { headers, body }: SignedBulk, agent: Agent, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL('/_bulk', url), { method: 'POST', agent, headers, signal }, (answer) => {
      // "errors" stands in the first bytes of an answer, which may come in parts.
      let head = '';
      answer
        .on('data', (chunk: Buffer) => {
          if (head.length < 200) head += chunk.toString('latin1', 0, 200);
        })
        .once('end', () => {
          if (answer.statusCode === 200 && /"errors"\s*:\s*false/.test(head)) resolve();
          else reject(new EnvironmentError(`a bulk was answered with ${answer.statusCode}: ${head.slice(0, 200)}`));
        });
    });
    outgoing.once('error', reject).end(body);
  });
}
