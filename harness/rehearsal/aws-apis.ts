import { createServer, type RequestListener } from 'node:http';
import { close, listen, portOf } from '../edge/listening.ts';
import { type Administered, administer } from './admin.ts';
import { answerCall } from './call.ts';
import { KeyRing } from './keys.ts';
import type { World } from './world.ts';

export interface AwsApisOptions {
  world: World;
  /** 0: any free port. */
  port: number;
  adminPort: number;
  /** Address to listen on; the loopback unless told. */
  host?: string;
  /** Admin port of the edge that plays the domain, which is told of every key; none is told unless there is one. */
  edgeAdminUrl?: string;
  /** The registry behind the repository; without one it holds no image. */
  registryUrl?: string;
  /** Takes a line about each failure of the stand-in's own. */
  log?: (entry: object) => void;
}

/** The running stand-in of AWS' APIs, all of them at one port. */
export interface AwsApis extends AsyncDisposable {
  port: number;
  adminPort: number;
}

/** How far behind the planted failure `clock=late` is, ms. */
const LATE_MS = 10 * 60_000;

/** Starts the APIs of the account that `world` tells of, and their admin port. */
export async function startAwsApis(options: AwsApisOptions): Promise<AwsApis> {
  const { world, host = '127.0.0.1', edgeAdminUrl, registryUrl, log = () => {} } = options;
  const told: Administered = { calls: [], plants: new Set(), keys: new KeyRing(world, edgeAdminUrl) };
  const stage = { world, registryUrl, plants: told.plants, keys: told.keys };
  const apis = createServer(
    guarded(log, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { method = 'GET', url = '/', headers } = request;
      const now = Date.now() - (stage.plants.has('clock=late') ? LATE_MS : 0);
      const received = { method, url, headers, body: Buffer.concat(chunks) };
      const { answer, seen } = await answerCall(received, stage, now, log);
      told.calls.push(seen);
      response.writeHead(answer.status, { ...answer.headers, date: new Date(now).toUTCString() }).end(answer.body);
    }),
  );
  const admin = createServer(guarded(log, (request, response) => administer(told, request, response)));
  await listen(apis, options.port, host);
  await listen(admin, options.adminPort, host);
  return {
    port: portOf(apis),
    adminPort: portOf(admin),
    async [Symbol.asyncDispose]() {
      await Promise.all([close(apis), close(admin)]);
    },
  };
}

type Handler = (...args: Parameters<RequestListener>) => Promise<void>;

function guarded(log: (entry: object) => void, handle: Handler): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: NodeJS.ErrnoException) => {
      // A client that went away is nobody's fault.
      if (error.code !== 'ECONNRESET') log({ at: new Date().toISOString(), error: error.stack });
      response.destroy();
    });
  };
}
