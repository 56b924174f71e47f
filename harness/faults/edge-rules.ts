import type { Fault } from '../core/fault.ts';

/** Puts decision rules in force at the edge; the trace, asked for at the end, is how often they bit. */
export function edgeRules(name: string, at: Fault['at'], rules: unknown[]): Fault {
  return {
    name,
    at,
    needs: ['edge'],
    async inject({ domain }) {
      if (!domain) return undefined;
      await domain.rule(rules, name);
      return async () => {
        const { count } = await domain.bites(name);
        return count > 0 ? `the edge's rules bit ${count} times` : undefined;
      };
    },
  };
}
