import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { administer } from './admin.ts';
import { SMALL_INSTANCE_CAP_BYTES } from './answers.ts';
import { agentFor } from './backend.ts';
import { close, listen, portOf } from './listening.ts';
import type { Sign } from './own-signature.ts';
import { handle } from './proxy.ts';
import type { Credential } from './signature.ts';
import { newState } from './state.ts';
import { CERTIFICATE } from './tls.ts';

export interface EdgeOptions {
  /** 0: any free port. */
  port: number;
  adminPort: number;
  /** Port for TLS (1.2 at least, as a domain may demand), beside the plain one; none unless told. */
  tlsPort?: number;
  /** Address to listen on; the loopback unless told. */
  host?: string;
  /** URL of the engine; null: the edge answers itself at once. */
  backend: string | null;
  credentials: Credential[];
  /** Signs what is passed on, for an engine that is a domain itself; unsigned unless told. */
  sign?: Sign | undefined;
  capBytes?: number;
  /** Takes a line about each refused request. */
  log?: (entry: object) => void;
}

/** A running edge. */
export interface Edge extends AsyncDisposable {
  port: number;
  adminPort: number;
  /** Serves a connection that was accepted elsewhere, as if it had come to `port`. */
  accept(socket: Socket): void;
  /** Serves a connection as if it had come to `tlsPort`, which there must be. */
  acceptTls(socket: Socket): void;
  /** undefined: there is no TLS listener. */
  tlsPort: number | undefined;
}

/** Starts the domain's front door and its admin port. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { host = '127.0.0.1', backend, credentials, capBytes = SMALL_INSTANCE_CAP_BYTES, log = () => {} } = options;
  const state = newState(backend, credentials, capBytes, log, options.sign);
  const agent = agentFor(backend);
  const answer: RequestListener = (request, response) => guard(handle(state, agent, request, response), response, log);
  const admin: RequestListener = (request, response) => guard(administer(state, request, response), response, log);
  const tls =
    options.tlsPort === undefined
      ? undefined
      : createTlsServer({ ...OPEN, ...CERTIFICATE, minVersion: 'TLSv1.2' }, answer);
  tls?.on('connection', (socket: Socket) => state.rules.breaksHandshake() && socket.resetAndDestroy());
  const servers = {
    port: await listen(createServer(OPEN, answer), options.port, host),
    adminPort: await listen(createServer(OPEN, admin), options.adminPort, host),
    tlsPort: tls && (await listen(tls, options.tlsPort!, host)),
  };
  return {
    port: portOf(servers.port),
    adminPort: portOf(servers.adminPort),
    tlsPort: servers.tlsPort && portOf(servers.tlsPort),
    accept: (socket) => void servers.port.emit('connection', socket),
    acceptTls: (socket) => void servers.tlsPort?.emit('connection', socket),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await Promise.all(Object.values(servers).map((server) => server && close(server)));
    },
  };
}

type Handled = Parameters<RequestListener>[1];

function guard(work: Promise<void>, response: Handled, log: (entry: object) => void): void {
  work.catch((error: NodeJS.ErrnoException) => {
    // A client that went away is nobody's fault.
    if (error.code !== 'ECONNRESET') log({ at: new Date().toISOString(), error: error.stack });
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  });
}

const OPEN = { keepAliveTimeout: 75_000, requestTimeout: 0 };
