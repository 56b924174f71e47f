import { EnvironmentError, UsageError } from '../core/trouble.ts';
import { attachDevStack } from '../dev/attach.ts';
import type { DevStack } from '../dev/stack.ts';

const KINDS = ['compose', 'k3s'] as const;

/** The local stack that is up; throws an {@link EnvironmentError} that says what to do where there is none. `target`: `compose` or `k3s`. */
export async function standingStack(target?: string): Promise<DevStack> {
  const kind = KINDS.find((one) => one === target);
  if (target !== undefined && !kind) throw new UsageError(`--target: expected ${KINDS.join(' or ')}, got "${target}"`);
  const stack = await attachDevStack(kind);
  if (stack) return stack;
  throw new EnvironmentError(
    `no ${target ? `${target} ` : ''}stack is up: start one with npm run dev${target === 'k3s' ? ' -- --target k3s' : ''}, and ask again from another terminal`,
  );
}
