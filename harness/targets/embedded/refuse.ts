import type { Setup } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';

/** Throws {@link UsageError} for a deployment that processes of this machine cannot be. */
export function refuse({ topology = 'direct' }: Pick<Setup, 'topology'>): void {
  if (topology !== 'direct')
    throw new UsageError(`the topology ${topology} needs --target k3s: the embedded target has direct only`);
}
