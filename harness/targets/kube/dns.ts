import type { Cluster } from './cluster.ts';

/** Whether a cluster resolves names by now: asked until it is so once, as its DNS then stays. */
export function dnsOf(cluster: Pick<Cluster, 'resolves'>): () => Promise<boolean> {
  let ready = false;
  return async () => {
    ready ||= await cluster.resolves();
    return ready;
  };
}
