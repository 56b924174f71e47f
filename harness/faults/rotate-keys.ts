import type { Fault } from '../core/fault.ts';
import type { AccessKey } from '../core/target.ts';

/** A second key of the same user, as AWS prints them in its documentation; it opens nothing. */
const NEW_KEY: AccessKey = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};

/** Rotates keys as AWS advises: a new one is made beside the old, put into the Secret, rolled out, and the old one is revoked. */
export function rotateKeys(at: Fault['at']): Fault {
  return {
    name: 'changing the keys in the Secret and revoking the old ones',
    at,
    needs: ['edge'],
    async inject({ deployment, domain }) {
      if (!domain) return undefined;
      await domain.admit([...domain.keys(), NEW_KEY]);
      const trace = await deployment.changeSecret(NEW_KEY);
      await domain.admit([NEW_KEY]);
      return trace && `${trace}; the old key is revoked`;
    },
  };
}
