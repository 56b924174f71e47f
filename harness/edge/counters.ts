/** What went through the edge since it started. */
export class Counters {
  requests = 0;
  bytes = 0;
  items = 0;
  largestBodyBytes = 0;
  /** Requests by the status that was answered. */
  statuses: Record<string, number> = {};
  /** Refusals of the edge's own, by reason. */
  refusals: Record<string, number> = {};
  /** Items by status, of bulks that the engine took apart. */
  itemStatuses: Record<string, number> = {};
  /** Requests whose signature was accepted, by access key id and HTTP method: what IAM knows as es:ESHttpPost and its like. */
  methods: Record<string, Record<string, number>> = {};
  /** Time in which at least one request was held back by a byte limit, ms. */
  limitedMs = 0;
  #held = 0;
  #heldSince = 0;

  /** A request is held back from `now` (ms) on. */
  hold(now: number): void {
    if (this.#held++ === 0) this.#heldSince = now;
  }

  /** One that was held back goes on. */
  letGo(now: number): void {
    if (this.#held === 1) this.upTo(now);
    this.#held--;
  }

  /** These, with the time that requests have been held back until `now`. */
  upTo(now: number): this {
    if (this.#held > 0) {
      this.limitedMs += now - this.#heldSince;
      this.#heldSince = now;
    }
    return this;
  }

  count(kind: 'statuses' | 'refusals' | 'itemStatuses', key: string | number, by = 1): void {
    this[kind][key] = (this[kind][key] ?? 0) + by;
  }

  /** One request of this key's came with a signature that was accepted. */
  countMethod(accessKeyId: string, method: string): void {
    this.methods[accessKeyId] ??= {};
    const methods = this.methods[accessKeyId];
    methods[method] = (methods[method] ?? 0) + 1;
  }
}
