import type { Fault } from '../core/fault.ts';

/** Uses up the memory of fluentd's container until the kernel kills fluentd at the container's limit. */
export function exhaustMemory(at: Fault['at']): Fault {
  return {
    name: 'using up the memory of fluentd',
    at,
    needs: ['cluster'],
    inject: ({ deployment }) => deployment.exhaustMemory(),
  };
}
