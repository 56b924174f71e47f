import { type Place, Places } from '../kube/places.ts';
import type { EdgePod } from './edge-pod.ts';

/** A namespace for deployments, one after another, and an edge in it where one was ever needed. */
export interface AwsLane {
  namespace: string;
  edge?: EdgePod;
}

/** The namespaces of a run. */
export class AwsLanes {
  readonly places: Places;
  readonly #lanes: readonly AwsLane[];

  /** `remark` takes a line that stays. */
  constructor(namespaces: readonly string[], remark: (line: string) => void) {
    this.places = new Places(namespaces.length, remark);
    this.#lanes = namespaces.map((namespace) => ({ namespace }));
  }

  /** Takes one that is free, as {@link Places.take} does. */
  async take(signal: AbortSignal): Promise<{ lane: AwsLane; place: Place }> {
    const place = await this.places.take(signal);
    return { lane: this.#lanes[place.index]!, place };
  }

  get edges(): EdgePod[] {
    return this.#lanes.flatMap(({ edge }) => edge ?? []);
  }
}
