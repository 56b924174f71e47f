import type { LastingFault } from '../core/fault.ts';
import { countOf } from '../core/ranges.ts';
import { evidence } from './evidence.ts';

/** Makes the run's indices refuse writes, as a domain does whose disk is full: 403, cluster_block_exception, for every item. */
export function blockIndex(): LastingFault {
  return {
    name: 'the index refuses writes',
    needs: ['engine'],
    async begin({ engine, deployment }) {
      const indices = await engine?.blockWrites(deployment.run, true);
      return indices?.length ? `${indices.join(', ')} refuses writes` : undefined;
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
