import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Pod,
  type V1ResourceAttributes,
  VersionApi,
} from '@kubernetes/client-node';
import { EnvironmentError } from '../../core/trouble.ts';
import { apiMessage, isNotFound } from './api-errors.ts';
import { type ExecStream, execInPod, execStreamInPod } from './exec.ts';
import { followLog, type LogStream } from './follow-log.ts';
import { KeptConnections } from './kept-connections.ts';
import { patiently, patientlyOnce } from './patience.ts';
import type { Warning } from './scheduler-words.ts';

const FIELD_MANAGER = 'efk-sidecar-harness';

/** The few verbs that we need of a Kubernetes API server. */
export class Cluster {
  readonly config = new KeptConnections();
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly #objects: KubernetesObjectApi;
  readonly #discovery: DiscoveryV1Api;

  /** `kubeconfig`: its text, or what reads it in. */
  constructor(kubeconfig: string | ((config: KubeConfig) => void)) {
    if (typeof kubeconfig === 'string') this.config.loadFromString(kubeconfig);
    else kubeconfig(this.config);
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

  /** The warnings among the events of a namespace. */
  async warnings(namespace: string): Promise<Warning[]> {
    const { items } = await this.core.listNamespacedEvent({ namespace, fieldSelector: 'type=Warning' });
    return items.map(({ involvedObject: { kind, name }, reason = '', message = '', metadata, ...times }) => ({
      object: `${kind}/${name}`,
      reason,
      message,
      // The client hands out an event's micro time as text.
      at: new Date(times.lastTimestamp ?? times.eventTime ?? metadata.creationTimestamp ?? 0).getTime(),
    }));
  }

  /** Whether the cluster's DNS has an address that is ready. */
  async resolves(): Promise<boolean> {
    const { items } = await patiently(() =>
      this.#discovery.listNamespacedEndpointSlice({ namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }),
    );
    return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready));
  }

  /** Whether the API server lets us do this, by its own word (SelfSubjectAccessReview). */
  async may(resourceAttributes: V1ResourceAttributes): Promise<boolean> {
    const api = this.config.makeApiClient(AuthorizationV1Api);
    const { status } = await patiently(() =>
      api.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
    );
    return status?.allowed ?? false;
  }

  /** Keys of a Secret and how their values look, never the values; undefined: no such Secret. */
  async secretKeys(namespace: string, name: string): Promise<Record<string, SecretValue> | undefined> {
    try {
      const { data = {} } = await patiently(() => this.core.readNamespacedSecret({ namespace, name }));
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, looksOf(value)]));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Runs a command in a container and returns its stdout; throws with its stderr when it fails. Never runs it twice. */
  async exec(namespace: string, pod: string, container: string, command: string[]): Promise<string> {
    return patientlyOnce(() => execInPod(this.config, { namespace, pod, container }, command));
  }

  /** Runs a command in a container and stays connected to it: {@link execStreamInPod}. */
  execStream(
    namespace: string,
    pod: string,
    container: string,
    command: string[],
    onLine: (line: string) => void,
  ): Promise<ExecStream> {
    return execStreamInPod(this.config, { namespace, pod, container }, command, onLine);
  }

  /** Follows a container's log: {@link followLog}. */
  followLog(
    namespace: string,
    pod: string,
    container: string,
    onLine: (line: string) => void,
    how: { tail?: number; follow?: boolean } = {},
  ): Promise<LogStream> {
    return followLog(this.config, { namespace, pod, container }, onLine, how);
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

/** `padded`: with white space at an end, as `echo key | base64` leaves. */
export type SecretValue = 'filled' | 'empty' | 'padded';

function looksOf(base64: string): SecretValue {
  const value = Buffer.from(base64, 'base64').toString();
  if (value.trim() === '') return 'empty';
  return value === value.trim() ? 'filled' : 'padded';
}
