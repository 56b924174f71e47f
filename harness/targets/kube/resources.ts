import type { V1Container } from '@kubernetes/client-node';
import { parseCpu, parseMemory } from '../../core/quantity.ts';
import type { Setup } from '../../core/target.ts';

/** CPU request of every container, in place of its own: what runs side by side asks for more than one node has. */
const REQUEST = '10m';

/** Lowers a container's CPU request, where it has one that is not lower yet. Its limit stays. */
export function lowerRequest({ resources }: V1Container): void {
  const cpu = resources?.requests?.['cpu'];
  const isLow = cpu !== undefined && Number(cpu) !== 0 && parseCpu(String(cpu)) <= parseCpu(REQUEST);
  if (resources?.requests && !isLow) resources.requests['cpu'] = REQUEST;
}

/**
 * Puts a setup's limits on fluentd's container. Its CPU request stays the low one, so that many pods fit on one node: a limit alone decides how much it
 * gets. Throws UsageError for what is no quantity.
 */
export function limit(
  container: V1Container,
  { cpu, memory, memoryLimit }: Pick<Setup, 'cpu' | 'memory' | 'memoryLimit'>,
): void {
  if (cpu !== undefined) {
    const request = parseCpu(cpu) < parseCpu(REQUEST) ? cpu : REQUEST;
    set(container, 'cpu', cpu, request);
  }
  if (memoryLimit !== undefined) {
    parseMemory(memoryLimit);
    // A request above its limit is refused.
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
