import type { FaultContext, LastingFault } from '../core/fault.ts';
import type { AccessKey } from '../core/target.ts';
import { number } from '../core/verdict.ts';
import { evidence } from './evidence.ts';

/** The domain does not know fluentd's key for a while, as before a user is created or while one is disabled. */
export function keysRefused(): LastingFault {
  return whileKeysAre('unknown', () => []);
}

/** The key of the domain's user runs out for a while, as a session's does when nobody renews it. */
export function keysExpired(): LastingFault {
  return whileKeysAre('expired', (keys) => keys.map((key) => ({ ...key, expiresAt: Date.now() })));
}

function whileKeysAre(how: string, changed: (keys: readonly AccessKey[]) => AccessKey[]): LastingFault {
  let keys: readonly AccessKey[] = [];
  let before = 0;
  return {
    name: `fluentd's key is ${how} to the domain`,
    needs: ['edge'],
    async begin(context) {
      const { domain } = context;
      if (!domain) return undefined;
      keys = domain.keys();
      before = await refused(context);
      await domain.admit(changed(keys));
      return 'in force';
    },
    async end(context) {
      const { domain, signal } = context;
      if (!domain) return undefined;
      const fresh = async () => (await refused(context)) - before;
      const count = await evidence('a request with the key to be refused', fresh, signal);
      await domain.admit(keys);
      return count > 0 ? `${number(count)} requests refused with 403` : undefined;
    },
  };
}

async function refused({ domain }: FaultContext): Promise<number> {
  return (await domain?.counters())?.refused['403'] ?? 0;
}
