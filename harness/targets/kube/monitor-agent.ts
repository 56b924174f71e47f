import type { Pods } from './pods.ts';

/** What fluentd's monitor_agent answers in one of the pods, JSON; undefined where it gives none. */
export function askMonitor(
  { cluster, namespace }: Pick<Pods, 'cluster' | 'namespace'>,
  pod: string,
  port: number,
): Promise<string | undefined> {
  return cluster.proxy(namespace, pod, port, 'api/plugins.json');
}
