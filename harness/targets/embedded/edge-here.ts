import type { Socket } from 'node:net';
import { type Edge, type EdgeOptions, startEdge } from '../../edge/edge.ts';
import type { EdgeProcess } from '../kube/edge-domain.ts';

/** An edge in this process that can end as one in a container does: every connection breaks, and none is taken until it is started again. */
export class EdgeHere implements EdgeProcess, AsyncDisposable {
  readonly #options: EdgeOptions;
  #edge: Edge | undefined;

  private constructor(options: EdgeOptions, edge: Edge) {
    this.#options = options;
    this.#edge = edge;
  }

  static async start(options: EdgeOptions): Promise<EdgeHere> {
    return new EdgeHere(options, await startEdge(options));
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.#edge!.adminPort}`;
  }

  /** Serves a connection that was accepted elsewhere, `tls` as if it had come to the port for it; breaks it off while the edge is away. */
  take(socket: Socket, tls: boolean): void {
    if (!this.#edge) socket.resetAndDestroy();
    else if (tls) this.#edge.acceptTls(socket);
    else this.#edge.accept(socket);
  }

  async kill(): Promise<string> {
    const edge = this.#edge;
    this.#edge = undefined;
    await edge?.[Symbol.asyncDispose]();
    return 'every connection broken off';
  }

  async start(): Promise<string> {
    this.#edge = await startEdge(this.#options);
    return this.adminUrl;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#edge?.[Symbol.asyncDispose]();
  }
}
