import type { V1Container } from '@kubernetes/client-node';
import { parseCpu, parseMemory } from '../../core/quantity.ts';
import type { Setup } from '../../core/target.ts';

/** CPU request of every container on a node of ours, in place of its own: what runs side by side asks for more than one node has. */
const REQUEST = '10m';

/** Lowers a container's CPU request, where it has one that is not lower yet. Its limit stays. */
export function lowerRequest({ resources }: V1Container): void {
  const cpu = resources?.requests?.['cpu'];
  const isLow = cpu !== undefined && Number(cpu) !== 0 && parseCpu(String(cpu)) <= parseCpu(REQUEST);
  if (resources?.requests && !isLow) resources.requests['cpu'] = REQUEST;
}

/**
 * Puts a setup's limits on fluentd's container, and requests that are as high: Fargate picks a pod's size by requests alone, and a request above its
 * limit is refused. Throws UsageError for what is no quantity.
 */
export function limit(
  container: V1Container,
  { cpu, memory, memoryLimit }: Pick<Setup, 'cpu' | 'memory' | 'memoryLimit'>,
): void {
  if (cpu !== undefined) {
    parseCpu(cpu);
    set(container, 'cpu', cpu, cpu);
  }
  if (memoryLimit !== undefined) {
    parseMemory(memoryLimit);
    set(container, 'memory', memoryLimit, memoryLimit);
  } else if (memory && !container.resources?.limits?.['memory']) set(container, 'memory', memory.replace(/B$/, ''));
}

function set(container: V1Container, resource: 'cpu' | 'memory', most: string, request?: string): void {
  const { limits, requests, ...rest } = container.resources ?? {};
  container.resources = {
    ...rest,
    limits: { ...limits, [resource]: most },
    ...(request ? { requests: { ...requests, [resource]: request } } : requests ? { requests } : {}),
  };
}
