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
  /** Items by status. */
  itemStatuses: Record<string, number> = {};

  count(kind: 'statuses' | 'refusals' | 'itemStatuses', key: string | number, by = 1): void {
    this[kind][key] = (this[kind][key] ?? 0) + by;
  }
}
