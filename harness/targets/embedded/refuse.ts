import type { Setup } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';

/** Throws {@link UsageError} for a deployment that processes of this machine cannot be. */
export function refuse({
  topology = 'direct',
  cpu,
  memoryLimit,
}: Pick<Setup, 'topology' | 'cpu' | 'memoryLimit'>): void {
  if (topology !== 'direct')
    throw new UsageError(`the topology ${topology} needs --target k3s: the embedded target has direct only`);
  const [limit] = Object.entries({ cpu, memory: memoryLimit }).filter(([, value]) => value !== undefined);
  if (limit)
    throw new UsageError(
      `fluentd.${limit[0]}=${limit[1]} needs --target k3s: the embedded target limits no process, as that takes a cgroup of its own`,
    );
}
