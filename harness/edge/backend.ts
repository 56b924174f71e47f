import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { answerFor } from './answers.ts';
import type { EdgeState } from './state.ts';

/** A request to the engine, as it goes out. */
export interface Outgoing {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | number | undefined>;
  body: Buffer;
}

/** What the engine answered, whole. */
export interface EngineAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Nobody sends more than this in one body; what is beyond the cap is read and thrown away so that the sender hears the 413. */
const MOST_BYTES = 128 * 2 ** 20;
/** A domain's load balancers close connections that are idle for a minute: ours are closed before, as none says when it will, ms. */
const IDLE_MS = 20_000;

/** The connections to an engine, kept alive; over TLS its name and certificate are verified. */
export function agentFor(backend: string | null): Agent {
  const options = { keepAlive: true, maxSockets: 256 };
  return isTls(backend) ? new TlsAgent({ ...options, timeout: IDLE_MS }) : new Agent(options);
}

/**
 * Asks the engine, with the edge's own signature where it has one. An engine that is away is a 502, as a load balancer would say; one that cannot be
 * signed for, or that refuses the signature, is a 502 that says so.
 */
export async function send(state: EdgeState, agent: Agent, outgoing: Outgoing): Promise<EngineAnswer> {
  const { sign } = state;
  const url = addressOf(state.backend!, outgoing.url);
  if (!sign) return exchange(state, agent, url, outgoing);
  let headers: Outgoing['headers'];
  try {
    headers = await sign(url, outgoing);
  } catch (error) {
    return failed(
      state,
      outgoing.url,
      'cannot sign',
      `the edge cannot sign for the domain: ${(error as Error).message}`,
    );
  }
  const answer = await exchange(state, agent, url, { ...outgoing, headers });
  const denial = answer.status === 403 ? denialIn(answer.body) : undefined;
  if (denial === undefined) return answer;
  if (isOfSignature(denial)) {
    const reason = `the domain refuses the edge's own signature: ${denial}`;
    return failed(state, outgoing.url, 'signature refused by the domain', reason);
  }
  state.log({ at: now(), url: outgoing.url, status: 403, reason: `the domain refuses what the edge asks: ${denial}` });
  return answer;
}

function exchange(
  state: EdgeState,
  agent: Agent,
  url: URL,
  { method, url: asked, headers, body }: Outgoing,
): Promise<EngineAnswer> {
  return new Promise((resolve) => {
    const unreachable = ({ message }: Error) =>
      resolve(failed(state, asked, 'engine unreachable', `engine unreachable: ${message}`, null));
    const request = url.protocol === 'https:' ? tlsRequest : httpRequest;
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      read(incoming).then(
        (whole) => resolve({ status: incoming.statusCode ?? 502, headers: plain(incoming), body: whole }),
        unreachable,
      );
    });
    outgoing.on('error', unreachable);
    outgoing.end(body);
  });
}

/** `said`: what the answer says; as a load balancer would, where that is null. */
function failed(
  state: EdgeState,
  url: string,
  kind: string,
  reason: string,
  said: string | null = reason,
): EngineAnswer {
  state.counters.count('refusals', kind);
  state.log({ at: now(), url, status: 502, reason });
  const own = { 'content-type': 'application/json' };
  const {
    status,
    headers = {},
    body,
  } = said === null ? answerFor(502) : answerFor(502, JSON.stringify({ message: said }), own);
  return { status, headers, body: Buffer.from(body) };
}

/** Path and query at the engine, whatever they look like: never another host. A blank in a query is `%20`, as in what is signed. */
function addressOf(backend: string, asked: string): URL {
  const url = new URL(new URL(backend).origin + (asked.startsWith('/') ? asked : `/${asked}`));
  url.search = url.search.replaceAll('+', '%20');
  return url;
}

/** What AWS's front door says in a 403; undefined: the engine's own words. */
function denialIn(body: Buffer): string | undefined {
  try {
    const { message, Message = message } = JSON.parse(body.toString()) as { message?: string; Message?: string };
    return typeof Message === 'string' ? Message : undefined;
  } catch {
    return undefined;
  }
}

/** Not where whoever signed is known, and may not: `User: arn:aws:sts::… is not authorized to perform: es:ESHttpPost …`. */
function isOfSignature(denial: string): boolean {
  return !denial.startsWith('User: arn:') && /signature|token|credential|authorization|anonymous/i.test(denial);
}

/** Reads a body to its end. */
export async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function plain({ headers }: IncomingMessage): Record<string, string> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  return rest as Record<string, string>;
}

function isTls(backend: string | null): boolean {
  return backend !== null && new URL(backend).protocol === 'https:';
}

function now(): string {
  return new Date().toISOString();
}
