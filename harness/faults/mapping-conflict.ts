import type { LastingFault } from '../core/fault.ts';
import { countOf } from '../core/ranges.ts';
import { number } from '../core/verdict.ts';
import { evidence } from './evidence.ts';

/** The engine itself refuses every record for good, as after a field changed its type; then an index is made that takes them. */
export function mappingConflict(): LastingFault {
  return {
    name: 'a mapping that no record fits',
    needs: ['edge', 'engine'],
    async begin({ engine }) {
      await engine?.conflictMapping(true);
      return engine && 'in force';
    },
    async end({ deployment, domain, engine, signal }) {
      if (!engine || !domain) return undefined;
      const refused = async () =>
        countOf((await domain.arrivals(deployment.run)).filter(({ status }) => status === 400));
      const count = await evidence('a record to be refused with 400', refused, signal);
      await engine.conflictMapping(false);
      return count > 0 ? `${number(count)} records refused with 400` : undefined;
    },
  };
}
