import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from '../../core/once.ts';
import type { Capability, Deployment, Setup, Surroundings, Target } from '../../core/target.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import type { SearchEngineSink } from '../../sinks/search-engine.ts';
import { dnsOf } from '../kube/dns.ts';
import { limitsOf } from '../kube/limits.ts';
import type { Place } from '../kube/places.ts';
import { removeOurs } from './claim.ts';
import { inWords } from './domain-client.ts';
import { indexPrefixOf, removeIndicesOf } from './indices.ts';
import { deployIn } from './lane-deployment.ts';
import { AwsLanes } from './lanes.ts';
import { SLOW_START_MS } from './plan.ts';
import type { Spending } from './spending.ts';
import type { AwsStanding } from './standing.ts';

/** Somebody's EKS cluster with Fargate, and their domain. */
export class AwsTarget implements Target {
  static readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['edge', 'cluster']);
  readonly capabilities: ReadonlySet<Capability>;
  readonly engine = undefined;
  readonly sink: SearchEngineSink;
  readonly lanes: number;
  readonly slowStartMs: number;
  readonly surroundings: Surroundings;
  readonly spending: Spending;
  readonly #standing: AwsStanding;
  readonly #lanes: AwsLanes;
  /** Every run that was deployed, for its indices. */
  readonly #runs = new Set<string>();
  readonly #resolves: () => Promise<boolean>;

  constructor(standing: AwsStanding) {
    const { cluster, sink, namespaces, surroundings, own, spending, remark } = standing;
    this.#standing = standing;
    this.#resolves = dnsOf(cluster);
    this.sink = sink;
    this.lanes = namespaces.length;
    this.slowStartMs = surroundings.rehearsal ? 0 : SLOW_START_MS;
    this.surroundings = surroundings;
    this.spending = spending;
    this.#lanes = new AwsLanes(namespaces, remark);
    this.capabilities = new Set([...AwsTarget.capabilities, ...own.parts.map(({ role }) => role)]);
  }

  limits(parameters: Record<string, string>): { fluentdCores?: number; bufferBytes?: number } {
    return limitsOf(this.#standing.own, parameters);
  }

  async deploy(run: string, setup: Setup): Promise<Deployment> {
    if (setup.application !== undefined) throw new UsageError('an application of your own runs with npm run dev alone');
    const { lane, place } = await this.#lanes.take(this.#standing.signal);
    this.#runs.add(run);
    try {
      return await deployIn(
        lane,
        {
          ...{ run, setup, resolves: this.#resolves },
          bringQueue: () => this.#bringQueue(this.#standing.images.queue),
          closed: () => this.#closed(place, run),
          late: place.leaveAfter,
        },
        this.#standing,
      );
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  /** An error in plain words; the cluster and the domain tell of themselves. */
  async explain(error: unknown): Promise<string> {
    return inWords(error);
  }

  /** Whether API server and domain still answer, and a lane can still be had. */
  async alive(): Promise<boolean> {
    if (this.#lanes.places.lost) return false;
    const { cluster, sink } = this.#standing;
    const answers = await Promise.allSettled([cluster.version(), sink.describe()]);
    return answers.every(({ status }) => status === 'fulfilled');
  }

  async collect(folder: string): Promise<void> {
    const logs = join(folder, 'logs');
    await mkdir(logs, { recursive: true });
    for (const [i, edge] of this.#lanes.edges.entries())
      writeFileSync(join(logs, `edge${i === 0 ? '' : `-${i + 1}`}.log`), await edge.log().catch(String));
  }

  /**
   * Removes the namespaces, and with them all that ran; waits until they are gone, so that nothing goes on costing. What fails keeps nothing else; throws
   * {@link EnvironmentError} with all of it.
   */
  async close(): Promise<void> {
    const { cluster, namespaces, owner, sink, spending } = this.#standing;
    this.#lanes.places.close();
    const ended: PromiseSettledResult<unknown>[] = await Promise.allSettled<unknown>([
      removeOurs(cluster, namespaces, owner),
      ...this.#lanes.edges.map((edge) => edge.close()),
    ]);
    // Again, once no pod is left: one that was ended at once may have sent its last bulk after that, and a domain that was away may be back.
    ended.push(...(await Promise.allSettled(Array.from(this.#runs, (run) => removeIndicesOf(sink.client, run)))));
    // The meter counts to the end, and the indices need the domain.
    ended.push(...(await Promise.allSettled([spending.stop(), sink.close()])));
    const failed = ended.flatMap((one) => (one.status === 'rejected' ? [inWords(one.reason)] : []));
    if (failed.length > 0) throw new EnvironmentError(failed.join('\n'));
  }

  readonly #bringQueue = once(async (image: string) => {
    await this.#standing.stage?.(image);
    this.surroundings.images['queue'] = image;
  });

  /** A domain that is away keeps neither the lane nor the run. */
  async #closed(place: Place, run: string): Promise<void> {
    try {
      await removeIndicesOf(this.sink.client, run);
    } catch (error) {
      this.#standing.remark(
        `the indices ${indexPrefixOf(run)}* are not removed: ${inWords(error)}; it is tried again at the end, and then by npm run down -- --target aws`,
      );
    } finally {
      place.leave();
    }
  }
}
