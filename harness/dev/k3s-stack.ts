import { pause } from '../core/condition.ts';
import { EnvironmentError } from '../core/trouble.ts';
import type { Stack } from '../targets/k3s/stack.ts';
import type { Cluster } from '../targets/kube/cluster.ts';
import { addressOf } from '../tools/containers.ts';
import { follow } from '../tools/follow.ts';
import { ourContainers } from '../tools/ours.ts';
import { applyOnK3s } from './k3s-config.ts';
import { CONTAINERS, DEPLOYMENT, K3sPod, NAMESPACE, podPartState } from './k3s-pod.ts';
import { type Applied, DEV_PARTS, type DevAddresses, type DevPart, type DevStack, type PartState } from './stack.ts';

/** The port of Dashboards in their container. */
export const DASHBOARDS_PORT = 5601;
/** Before a log whose container is away is looked at again, ms. */
const AGAIN_MS = 300;

export interface K3sStackFacts {
  stack: Stack;
  cluster: Cluster;
  configFile: string;
  /** Takes it down; one that stays does nothing. */
  close: () => Promise<void>;
}

/** The pipeline in a pod of k3s, with engine and edge beside the cluster. */
export class K3sStack implements DevStack {
  readonly kind = 'k3s';
  readonly logFile = '/app/log/docswave-app.log';
  readonly configFile: string;
  readonly #stack: Stack;
  readonly #pod: K3sPod;
  readonly #close: () => Promise<void>;
  #dashboards: number | undefined;

  private constructor({ stack, cluster, configFile, close }: K3sStackFacts) {
    this.#stack = stack;
    this.#pod = new K3sPod(cluster);
    this.#close = close;
    this.configFile = configFile;
  }

  static async of(facts: K3sStackFacts): Promise<K3sStack> {
    const made = new K3sStack(facts);
    await made.refresh();
    return made;
  }

  get addresses(): DevAddresses {
    const { engineUrl, edgeAdminUrl } = this.#stack;
    return {
      engine: engineUrl,
      edgeAdmin: edgeAdminUrl,
      ...(this.#dashboards === undefined ? {} : { dashboards: `http://127.0.0.1:${this.#dashboards}` }),
    };
  }

  /** Looks again for what there is: Dashboards come last. */
  async refresh(): Promise<void> {
    const name = `${this.#stack.network}-dashboards`;
    const runs = (await ourContainers()).some((one) => one.name === name && one.state === 'running');
    this.#dashboards = runs ? (await addressOf(name, this.#stack.network)).ports[String(DASHBOARDS_PORT)] : undefined;
  }

  /** Whether there is a pod to work with. */
  async stands(): Promise<boolean> {
    return (await this.#pod.all()).length > 0;
  }

  async parts(): Promise<PartState[]> {
    const [ours, pods] = await Promise.all([ourContainers(), this.#pod.all().catch(() => [])]);
    return DEV_PARTS.map((part) => {
      if (part === 'application' || part === 'fluentd') return podPartState(part, pods.at(-1), Date.now());
      const found = ours.find(({ name }) => name === `${this.#stack.network}-${part}`);
      if (!found) return { part, state: 'absent', saw: 'not started' };
      const state =
        { running: 'running', paused: 'running', exited: 'ended', dead: 'ended' }[found.state] ?? 'starting';
      return { part, state: state as PartState['state'], saw: found.state };
    });
  }

  byHand(part: DevPart): string {
    const { network, clusterContainer } = this.#stack;
    if (part !== 'application' && part !== 'fluentd') return `docker logs ${network}-${part}`;
    const kubectl = `docker exec ${clusterContainer} kubectl --namespace ${NAMESPACE}`;
    return `${kubectl} logs deployment/${DEPLOYMENT} -c ${CONTAINERS[part]}`;
  }

  async logs(
    part: DevPart,
    options: { tail: number; follow: boolean; signal?: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void> {
    const { follow: on, signal } = options;
    await this.#log(part, options, onLine);
    while (on && !signal?.aborted) {
      await pause(AGAIN_MS, signal).catch(() => {});
      // Another life of the container, or of its pod; one that is not there yet has no log.
      await this.#log(part, { ...options, tail: 0 }, onLine).catch(() => {});
    }
  }

  exec(part: 'application' | 'fluentd', script: string): Promise<string> {
    return this.#pod.exec(part, script);
  }

  /** An image without a shell gets the line from fluentd's container. */
  async write(line: string): Promise<void> {
    const script = `printf '%s\\n' '${line.replaceAll("'", `'\\''`)}' >> ${this.logFile}`;
    await this.exec('application', script).catch((error: Error) => {
      if (!/executable file not found|no such file/i.test(error.message)) throw error;
      return this.exec('fluentd', script);
    });
  }

  monitor(): Promise<unknown> {
    return this.#pod.monitor();
  }

  apply(conf: string): Promise<Applied> {
    return applyOnK3s(this.#pod, this, conf);
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #log(
    part: DevPart,
    options: { tail: number; follow: boolean; signal?: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void> {
    if (part === 'application' || part === 'fluentd') return this.#pod.log(part, options, onLine);
    const name = `${this.#stack.network}-${part}`;
    if (!(await ourContainers()).some((one) => one.name === name)) throw new EnvironmentError(`there is no ${part}`);
    const flags = [...(options.follow ? ['--follow'] : []), '--tail', String(options.tail)];
    await follow(['docker', 'logs', ...flags, name], onLine, options.signal);
  }
}
