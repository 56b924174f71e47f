import { Turns } from '../../core/turns.ts';
import { ourContainers, removeContainers } from '../../tools/ours.ts';
import { EdgeDomain } from '../kube/edge-domain.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { type Place, Places } from '../kube/places.ts';
import { type EdgeAddress, edgeContainer, locateEdge, startEdge } from './edge-container.ts';
import type { Stack } from './stack.ts';

/** Deployments side by side. Most of a scenario is waiting; three keep two cores busy. */
export const LANES = 3;

/** A place for one deployment: a namespace and an edge of its own. Cluster and engine are shared. */
export interface Lane {
  place: Place;
  /** What its namespace's name ends with. */
  suffix: string;
  edge: EdgeAddress;
  domain: EdgeDomain;
}

/** The places of a stack, each with its edge. */
export class Lanes {
  readonly places: Places;
  readonly #stack: Stack;
  readonly #edges = new Set<string>();
  readonly #turns = new Turns();
  readonly #away = new Set<string>();

  /** `remark` takes a line that stays. */
  constructor(stack: Stack, remark: (line: string) => void) {
    this.places = new Places(LANES, remark);
    this.#stack = stack;
    this.#edges.add(stack.containers.edge);
  }

  /** Containers of all edges so far. */
  get edges(): readonly string[] {
    return [...this.#edges];
  }

  /** Takes a free place, as {@link Places.take} does; its edge is as if it had just started. */
  async take(signal: AbortSignal): Promise<Lane> {
    const place = await this.places.take(signal);
    const { index } = place;
    try {
      const edge = await this.#turns.beside(() => edgeOfLane(this.#stack, index));
      this.#edges.add(edge.container);
      const domain = new EdgeDomain(edge.adminUrl);
      await domain.reset([CREDENTIALS]);
      return { place, suffix: index === 0 ? '' : `-${index + 1}`, edge, domain };
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  /**
   * Kills the edge of a lane and starts it again, as {@link EdgeDomain.outlive} says; no other edge is started or away meanwhile, as Docker would give it the
   * address at which pods expect this one. Where Docker gives this one another address, `tell` lets the pods know of it.
   */
  killEdge(
    lane: Lane,
    run: string,
    tell: (ip: string) => Promise<void>,
    whileAway: () => Promise<void>,
  ): Promise<string | undefined> {
    const { container } = lane.edge;
    const moved = async (address: EdgeAddress) => {
      if (address.ip !== lane.edge.ip) await tell(address.ip);
      lane.edge = address;
    };
    const edge = edgeContainer(container, () => locateEdge(container, this.#stack.network), moved);
    return this.#turns.alone(async () => {
      this.#away.add(container);
      try {
        return await lane.domain.outlive(run, edge, whileAway);
      } finally {
        this.#away.delete(container);
      }
    });
  }

  /** Whether this container is an edge that a fault has killed and not yet started again. */
  isAway(container: string): boolean {
    return this.#away.has(container);
  }
}

/** The edge of lane `lane`, from 0; the first came with the stack, each other is started when it is first asked for. */
async function edgeOfLane({ network, edgeImage, permanent }: Stack, lane: number): Promise<EdgeAddress> {
  const role = lane === 0 ? 'edge' : `edge-${lane + 1}`;
  const container = `${network}-${role}`;
  const ours = await ourContainers();
  if (!ours.some(({ name, image, state }) => name === container && image === edgeImage && state === 'running')) {
    await removeContainers(ours.filter(({ name }) => name === container).map(({ id }) => id));
    await startEdge(network, role, edgeImage, permanent);
  }
  return locateEdge(container, network);
}
