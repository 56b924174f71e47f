import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  Exec,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Pod,
  VersionApi,
} from '@kubernetes/client-node';
import { EnvironmentError } from '../../core/trouble.ts';

import { KeptConnections } from './kept-connections.ts';
import { patiently, patientlyOnce } from './patience.ts';

const FIELD_MANAGER = 'efk-sidecar-harness';

/** The few verbs that we need of a Kubernetes API server. */
export class Cluster {
  readonly config = new KeptConnections();
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly #objects: KubernetesObjectApi;
  readonly #discovery: DiscoveryV1Api;

  constructor(kubeconfig: string) {
    this.config.loadFromString(kubeconfig);
    this.core = this.config.makeApiClient(CoreV1Api);
    this.apps = this.config.makeApiClient(AppsV1Api);
    this.#discovery = this.config.makeApiClient(DiscoveryV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(this.config);
  }

  /** `v1.34.3` */
  async version(): Promise<string> {
    return (await this.config.makeApiClient(VersionApi).getCode()).gitVersion;
  }

  /** Server-side apply, taking over fields that others set. */
  async apply(object: KubernetesObject): Promise<void> {
    try {
      await patiently(() =>
        this.#objects.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply),
      );
    } catch (error) {
      throw new EnvironmentError(
        `the API server refuses ${object.kind} ${object.metadata?.name}: ${apiMessage(error)}`,
      );
    }
  }

  /** Deletes an object; one that is not there is fine. */
  async remove(object: KubernetesObject, graceSeconds?: number): Promise<void> {
    try {
      await patiently(() => this.#objects.delete(object, undefined, undefined, graceSeconds, undefined, 'Background'));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async pods(namespace: string, labelSelector: string): Promise<V1Pod[]> {
    return (await patiently(() => this.core.listNamespacedPod({ namespace, labelSelector }))).items;
  }

  /** Whether the cluster's DNS has an address that is ready. */
  async resolves(): Promise<boolean> {
    const { items } = await patiently(() =>
      this.#discovery.listNamespacedEndpointSlice({ namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }),
    );
    return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready));
  }

  /** Runs a command in a container and returns its stdout; throws with its stderr when it fails. Never runs it twice. */
  async exec(namespace: string, pod: string, container: string, command: string[]): Promise<string> {
    return patientlyOnce(() => this.#exec(namespace, pod, container, command));
  }

  async #exec(namespace: string, pod: string, container: string, command: string[]): Promise<string> {
    const out = collector();
    const err = collector();
    return new Promise((resolve, reject) => {
      new Exec(this.config)
        .exec(namespace, pod, container, command, out.stream, err.stream, null, false, ({ status, message }) => {
          if (status === 'Success') resolve(out.text());
          else
            reject(
              new EnvironmentError(
                `${command.join(' ')} in ${pod}/${container}: ${message ?? status} ${err.text()}`.trim(),
              ),
            );
        })
        // The server may go away before it tells how the command ended.
        .then((socket) =>
          socket.on('close', () =>
            reject(
              new EnvironmentError(`exec in ${pod}/${container}: the connection broke before ${command[0]} had ended`),
            ),
          ),
        )
        .catch((error) =>
          reject(new EnvironmentError(`exec in ${pod}/${container} failed: ${apiMessage(error)}`, { cause: error })),
        );
    });
  }

  /**
   * Runs a command in a container and stays connected to it: its stdin is what is written, `onLine` gets its stdout. Once stopped, or when the connection breaks, its
   * stdin is closed; a command that reads it ends by that. Throws what the API server answers instead.
   */
  async execStream(
    namespace: string,
    pod: string,
    container: string,
    command: string[],
    onLine: (line: string) => void,
  ): Promise<ExecStream> {
    const stdin = new PassThrough();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const socket = await new Exec(this.config)
      .exec(namespace, pod, container, command, lines(onLine), null, stdin, false, () => resolve())
      .catch((error: unknown) => {
        throw new EnvironmentError(`exec in ${pod}/${container} failed: ${apiMessage(error)}`, { cause: error });
      });
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
    return {
      ended,
      write: (text) => void stdin.write(text),
      stop: () => {
        stdin.destroy();
        socket.close();
      },
    };
  }

  /** Follows a container's log, from its first line or from its last ones on; resolves when the stream is open. Throws what the API server answers instead. */
  async followLog(
    namespace: string,
    pod: string,
    container: string,
    onLine: (line: string) => void,
    { tail, follow = true }: { tail?: number; follow?: boolean } = {},
  ): Promise<LogStream> {
    const server = this.config.getCurrentCluster()?.server;
    const url = `${server}/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}&follow=${follow}${tail === undefined ? '' : `&tailLines=${tail}`}`;
    const options: RequestOptions = { method: 'GET' };
    await this.config.applyToHTTPSOptions(options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpsRequest(url, options, resolve).on('error', reject).end();
    });
    if (response.statusCode !== 200) {
      response.resume();
      throw new EnvironmentError(`the log of ${pod}/${container} is not to be had: ${response.statusCode}`);
    }
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    const ended = new Promise<void>((resolve) => {
      response.once('close', resolve).once('error', () => resolve());
    });
    return { ended, stop: () => response.destroy() };
  }

  /** A container's log so far, or that of its life before. */
  async readLog(namespace: string, name: string, container: string, previous: boolean): Promise<string> {
    return patiently(() => this.core.readNamespacedPodLog({ namespace, name, container, previous }));
  }

  /** Asks a port of a pod through the API server; undefined when it does not answer. */
  async proxy(namespace: string, pod: string, port: number, path: string): Promise<string | undefined> {
    try {
      const name = `${pod}:${port}`;
      const answer: unknown = await this.core.connectGetNamespacedPodProxyWithPath({ name, namespace, path });
      // The client says string and takes JSON apart all the same.
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    } catch {
      return undefined;
    }
  }
}

/** A command that runs in a container. */
export interface ExecStream {
  write(text: string): void;
  /** Resolved when it ended or the connection did. */
  ended: Promise<void>;
  stop(): void;
}

export interface LogStream {
  ended: Promise<void>;
  stop(): void;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiException && error.code === 404;
}

/** What the API server said, without the headers. */
export function apiMessage(error: unknown): string {
  if (error instanceof ApiException) {
    const { body } = error;
    const parsed = typeof body === 'string' ? parseMessage(body) : body?.message;
    return `${error.code}: ${parsed ?? error.message}`;
  }
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

function parseMessage(body: string): string {
  try {
    return JSON.parse(body).message ?? body;
  } catch {
    return body;
  }
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Takes text apart at its newlines; what comes after the last one is no line. */
function lines(onLine: (line: string) => void): Writable {
  let rest = '';
  const decoder = new StringDecoder('utf8');
  return new Writable({
    write(chunk, _encoding, done) {
      const whole = (rest + decoder.write(chunk)).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) onLine(line);
      done();
    },
  });
}
