import type { V1Pod } from '@kubernetes/client-node';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { healthOf } from '../../edge/ask-admin.ts';
import type { Cluster } from '../kube/cluster.ts';
import { EdgeDomain, type EdgeProcess } from '../kube/edge-domain.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { describePod, hopelessIn, isReady } from '../kube/pod-state.ts';
import { type ForwardedPort, forwardPort } from '../kube/port-forward.ts';
import { SchedulerWords } from '../kube/scheduler-words.ts';
import { EDGE_NAME, EDGE_PORTS, type EdgePodOptions, edgeDeployment, edgeObjects } from './edge-objects.ts';

/** Longest wait for an edge to be ready, ms: a node of Fargate, its image, and then some. */
const READY_WITHIN_MS = 300_000;

/** The edge as a pod between the pipeline and a domain that is a real one: its decisions are the scenarios', what it passes on it signs itself. */
export class EdgePod implements EdgeProcess {
  readonly domain: EdgeDomain;
  readonly #cluster: Cluster;
  readonly #options: EdgePodOptions;
  readonly #admin: ForwardedPort;

  private constructor(cluster: Cluster, options: EdgePodOptions, admin: ForwardedPort) {
    this.#cluster = cluster;
    this.#options = options;
    this.#admin = admin;
    this.domain = new EdgeDomain(admin.url, [CREDENTIALS]);
  }

  /** Applies it and waits until it answers. */
  static async start(cluster: Cluster, options: EdgePodOptions): Promise<EdgePod> {
    const { namespace } = options;
    const now = async () => (await podsOf(cluster, namespace)).find(isReady)?.metadata?.name;
    const edge = new EdgePod(cluster, options, await forwardPort(cluster.config, namespace, now, EDGE_PORTS.admin));
    try {
      for (const object of edgeObjects(options)) await cluster.apply(object);
      await edge.start();
      return edge;
    } catch (error) {
      await edge.close();
      throw error;
    }
  }

  /** Ends its pod within a second, and no other takes its place. */
  async kill(): Promise<string> {
    await this.#cluster.apply(edgeDeployment(this.#options, 0));
    const { namespace, signal, slowness } = this.#options;
    const pods = await podsOf(this.#cluster, namespace);
    for (const pod of pods) await this.#cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 1);
    const look = async () => {
      const left = await podsOf(this.#cluster, namespace);
      return left.length === 0
        ? { met: true as const, value: undefined }
        : { met: false as const, saw: left.map(describePod).join('; ') };
    };
    await until({ name: 'the edge’s pod to be gone', look }, { withinMs: 60_000 * slowness, signal });
    return `its pod ${pods.map(({ metadata }) => metadata!.name).join(', ')} was deleted at once`;
  }

  /** Throws {@link EnvironmentError} at once where its pod will never answer, as when Fargate refuses it. */
  async start(): Promise<string> {
    await this.#cluster.apply(edgeDeployment(this.#options, 1));
    const { namespace } = this.#options;
    const words = new SchedulerWords(() => this.#cluster.warnings(namespace));
    const look = async () => {
      const pods = await words.into(await podsOf(this.#cluster, namespace));
      await this.#assertHopeful(pods);
      const answers = pods.some(isReady) ? await healthOf(this.#admin.url) : undefined;
      if (answers === 200) return { met: true as const, value: undefined };
      return {
        met: false as const,
        saw: answers
          ? String(answers)
          : pods.map(describePod).join('; ') || `no pod: ${words.noPod ?? 'nothing says why'}`,
      };
    };
    const { signal } = this.#options;
    await until({ name: 'the edge’s pod to answer', look }, { withinMs: READY_WITHIN_MS, everyMs: 200, signal });
    return this.#admin.url;
  }

  async #assertHopeful(pods: readonly V1Pod[]): Promise<void> {
    const found = hopelessIn(pods, [EDGE_NAME], false);
    if (!found) return;
    const { namespace, image } = this.#options;
    // One that never ran has no log.
    const said = (await this.log().catch(() => '')).trim().split('\n').slice(-20).join('\n');
    const fix = `let a Fargate profile select namespace ${namespace} with the label app=${EDGE_NAME}, and its nodes reach ${image}: npm run doctor -- --target aws looks at both`;
    throw new EnvironmentError(
      `the edge’s pod does not come up: container ${found.container} ${found.why}; ${said ? `its last words:\n${said}` : fix}`,
    );
  }

  /** What it said so far. */
  async log(): Promise<string> {
    const { namespace } = this.#options;
    const pods = await podsOf(this.#cluster, namespace);
    const texts = pods.map(({ metadata }) => this.#cluster.readLog(namespace, metadata!.name!, EDGE_NAME, false));
    return (await Promise.all(texts)).join('');
  }

  /** Lets go of it; its pod goes with the namespace. */
  async close(): Promise<void> {
    await this.#admin[Symbol.asyncDispose]();
  }
}

async function podsOf(cluster: Cluster, namespace: string): Promise<V1Pod[]> {
  return cluster.pods(namespace, `app=${EDGE_NAME}`);
}
