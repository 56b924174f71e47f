import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { administer } from './admin.ts';
import { handle } from './proxy.ts';
import type { Credential } from './signature.ts';
import { newState, SMALL_INSTANCE_CAP_BYTES } from './state.ts';

export interface EdgeOptions {
  /** 0: any free port. */
  port: number;
  adminPort: number;
  /** Address to listen on; the loopback unless told. */
  host?: string;
  /** URL of the engine; null: the edge answers itself at once. */
  backend: string | null;
  credentials: Credential[];
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
}

/** Starts the domain's front door and its admin port. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { host = '127.0.0.1', backend, credentials, capBytes = SMALL_INSTANCE_CAP_BYTES, log = () => {} } = options;
  const state = newState(backend, credentials, capBytes, log);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const proxy = await listen(
    (request, response) => guard(handle(state, agent, request, response), response, log),
    options.port,
    host,
  );
  const admin = await listen(
    (request, response) => guard(administer(state, request, response), response, log),
    options.adminPort,
    host,
  );
  return {
    port: portOf(proxy),
    adminPort: portOf(admin),
    accept: (socket) => void proxy.emit('connection', socket),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await Promise.all([proxy, admin].map(close));
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

async function listen(listener: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
