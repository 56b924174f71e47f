import type { Fault } from '../core/fault.ts';
import type { AccessKey } from '../core/target.ts';

/**
 * Rotates keys: the domain takes a fresh one beside the old, the Secret gets it, the pods are replaced by a rollout, and the domain takes the old one
 * no more.
 */
export function rotateKeys(old: AccessKey, fresh: AccessKey, at: Fault['at']): Fault {
  return {
    name: 'another key in the Secret, and a rollout',
    at,
    needs: ['cluster', 'edge'],
    async inject({ deployment, domain }) {
      await domain?.admit([old, fresh]);
      const trace = await deployment.changeSecret(fresh);
      await domain?.admit([fresh]);
      return trace;
    },
  };
}
