import { once as event } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { UsageError } from '../../core/trouble.ts';
import { probe } from '../probe.ts';
import type { Applied, DevStack } from '../stack.ts';
import { type Probe, pageApp } from './app.ts';
import { Live } from './live.ts';

/** A page that is being served. */
export interface Page {
  /** `http://127.0.0.1:5610` */
  url: string;
  /** Shows what came of a new configuration. */
  reloaded(result: Applied & { searchableMs?: number }): void;
  close(): Promise<void>;
}

export interface PageOptions {
  /** On the loopback; a free one unless told. */
  port?: number;
  /** Closes the page when it aborts. */
  signal?: AbortSignal;
  /** How a probe is sent; the project's own unless told. */
  probe?: Probe;
}

/** Serves the page for working on a stack, on the loopback alone. Throws {@link UsageError} where the port is taken. */
export async function startPage(stack: DevStack, options: PageOptions = {}): Promise<Page> {
  const { port = 0, signal } = options;
  signal?.throwIfAborted();
  const live = new Live(stack);
  const app = pageApp(stack, live, options.probe ?? probe);
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  const close = async () => {
    live.end();
    if (!server.listening) return;
    const closed = event(server, 'close');
    server.close();
    // Live figures are a request that does not end by itself.
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  };
  try {
    if (!server.listening) await event(server, 'listening');
  } catch (error) {
    live.end();
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw taken ? new UsageError(`port ${port} is taken: name another one for the page`) : error;
  }
  signal?.addEventListener('abort', () => void close(), { once: true });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reloaded: (result) => live.reloaded(result),
    close,
  };
}
