import type { LastingFault } from '../core/fault.ts';
import { countOf } from '../core/ranges.ts';
import { evidence, seen } from './evidence.ts';

/** Makes the run's indices refuse writes, as a domain does whose disk is full: 403, cluster_block_exception, for every item. */
export function blockIndex(): LastingFault {
  return {
    name: 'the index refuses writes',
    needs: ['engine'],
    async begin({ engine, deployment, signal }) {
      if (!engine) return undefined;
      // The first records make the index, and are found in it a refresh later.
      const look = async () => {
        const value = await engine.blockWrites(deployment.run, true);
        return value.length > 0 ? { met: true as const, value } : { met: false as const, saw: 'no index of the run' };
      };
      const indices = await seen('the run to have an index', look, signal);
      return indices && `${indices.join(', ')} refuses writes`;
    },
    async end({ engine, deployment, domain, signal }) {
      const refused = async () =>
        countOf(((await domain?.arrivals(deployment.run)) ?? []).filter(({ status }) => status === 403));
      const records = await evidence('records to be refused with 403', refused, signal);
      await engine?.blockWrites(deployment.run, false);
      return records > 0 ? `${records} records were refused with 403` : undefined;
    },
  };
}
