import { Turns } from '../../core/turns.ts';
import { EdgeDomain } from '../kube/edge-domain.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { type EdgeAddress, edgeOfLane, type Stack } from './stack.ts';

/** Deployments side by side. Most of a scenario is waiting; three keep two cores busy. */
export const LANES = 3;

/** A place for one deployment: a namespace and an edge of its own. Cluster and engine are shared. */
export interface Lane {
  index: number;
  /** What its namespace's name ends with. */
  suffix: string;
  edge: EdgeAddress;
  domain: EdgeDomain;
}

/** The places of a stack. */
export class Lanes {
  readonly #stack: Stack;
  readonly #taken = new Set<number>();
  readonly #edges = new Set<string>();
  readonly #turns = new Turns();

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#edges.add(stack.containers.edge);
  }

  get idle(): boolean {
    return this.#taken.size === 0;
  }

  /** Containers of all edges so far. */
  get edges(): readonly string[] {
    return [...this.#edges];
  }

  /** Takes a free place; its edge is as if it had just started. Throws when none is left. */
  async take(): Promise<Lane> {
    const index = Array.from({ length: LANES }, (_, i) => i).find((i) => !this.#taken.has(i));
    if (index === undefined) throw new Error(`all ${LANES} lanes are taken`);
    this.#taken.add(index);
    try {
      const edge = await this.#turns.beside(() => edgeOfLane(this.#stack, index));
      this.#edges.add(edge.container);
      const domain = new EdgeDomain(edge.adminUrl);
      await domain.reset([CREDENTIALS]);
      return { index, suffix: index === 0 ? '' : `-${index + 1}`, edge, domain };
    } catch (error) {
      this.#taken.delete(index);
      throw error;
    }
  }

  /**
   * Does something in which an edge is away for a time; no other edge is started or away meanwhile, as Docker would give it the address at which pods
   * expect this one.
   */
  whileNoneStarts<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.alone(work);
  }

  giveBack({ index }: Pick<Lane, 'index'>): void {
    this.#taken.delete(index);
  }
}
