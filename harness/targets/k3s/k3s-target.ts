import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Capability, Deployment, EngineControl, Setup, Surroundings, Target } from '../../core/target.ts';
import type { SearchEngineSink } from '../../sinks/search-engine.ts';
import { removeStack } from '../../tools/belongings.ts';
import { lastWords } from '../../tools/last-words.ts';
import { ourContainers } from '../../tools/ours.ts';
import { limitsOf } from '../kube/limits.ts';
import { hasQueue } from '../kube/topology.ts';
import { ContainedEngine } from './contained-engine.ts';
import { deployIn } from './lane-deployment.ts';
import { LANES, Lanes } from './lanes.ts';
import { withDigests } from './own-images.ts';
import type { Stack } from './stack.ts';
import type { K3sStanding } from './standing.ts';

/** Cluster, engine and edge as containers of this machine. */
export class K3sTarget implements Target {
  readonly sink: SearchEngineSink;
  static readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['edge', 'cluster', 'engine']);
  readonly capabilities: ReadonlySet<Capability>;
  readonly engine: EngineControl;
  readonly lanes = LANES;
  readonly surroundings: Surroundings;
  readonly stack: Stack;
  readonly #lanes: Lanes;
  readonly #standing: K3sStanding;
  #clearing: Promise<void> | undefined;

  constructor(standing: K3sStanding) {
    const { stack, sink, surroundings, own, remark } = standing;
    this.#standing = standing;
    this.stack = stack;
    this.sink = sink;
    this.engine = new ContainedEngine(stack.containers.engine, stack.engineUrl);
    this.#lanes = new Lanes(stack, remark);
    this.surroundings = surroundings;
    this.capabilities = new Set([...K3sTarget.capabilities, ...own.parts.map(({ role }) => role)]);
  }

  limits(parameters: Record<string, string>): { fluentdCores?: number; bufferBytes?: number } {
    return limitsOf(this.#standing.own, parameters);
  }

  async deploy(run: string, setup: Setup): Promise<Deployment> {
    const { blueprint: blueprintOf, carry, pipeline, signal } = this.#standing;
    const blueprint = await blueprintOf(setup.topology ?? pipeline.topology);
    if (hasQueue(blueprint.parts)) await this.#carryQueue();
    if (setup.application !== undefined) await carry(setup.application);
    if (this.#lanes.places.idle) await this.#clear();
    const lane = await this.#lanes.take(signal);
    try {
      return await deployIn(lane, this.#lanes, { run, setup, blueprint }, this.#standing);
    } catch (error) {
      lane.place.leave();
      throw error;
    }
  }

  /** Once for all that ask meanwhile: the first scenarios of a run are deployed at the same time. */
  #clear(): Promise<void> {
    this.#clearing ??= this.sink.clear().finally(() => {
      this.#clearing = undefined;
    });
    return this.#clearing;
  }

  async #carryQueue(): Promise<void> {
    const { carry, images, surroundings } = this.#standing;
    await carry(images.queue);
    Object.assign(surroundings.images, await withDigests({ queue: images.queue }));
  }

  async explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const words = await Promise.all(
      (await this.#dead()).map(
        async (name) => `the container ${name} has ended; its last words:\n${await lastWords(name)}`,
      ),
    );
    return [message, ...words].join('\n');
  }

  /** Whether cluster, engine and edge still run, and a lane can still be had. */
  async alive(): Promise<boolean> {
    return !this.#lanes.places.lost && (await this.#dead()).length === 0;
  }

  async collect(folder: string): Promise<void> {
    const logs = join(folder, 'logs');
    mkdirSync(logs, { recursive: true });
    for (const container of this.#lanes.edges)
      writeFileSync(
        join(logs, `${container.slice(this.stack.network.length + 1)}.log`),
        await lastWords(container, 500),
      );
  }

  async close(): Promise<void> {
    this.#lanes.places.close();
    await this.sink.close();
    await this.#standing.release();
    if (!this.stack.permanent) await removeStack(this.stack.network);
  }

  async #dead(): Promise<string[]> {
    const states = await ourContainers();
    return [...new Set([...Object.values(this.stack.containers), ...this.#lanes.edges])].filter(
      (name) => !this.#lanes.isAway(name) && !states.some((one) => one.name === name && one.state === 'running'),
    );
  }
}
