import { ComposeStack } from './compose-stack.ts';
import type { DevStack } from './stack.ts';

/**
 * The dev stack that is up, whole or in part, for the commands that look at one; its `close` only lets go of it. Compose before k3s where `kind` names
 * none. undefined: none is up. Throws DockerUnavailable where Docker does not answer.
 */
export async function attachDevStack(kind?: DevStack['kind']): Promise<DevStack | undefined> {
  return kind === 'k3s' ? undefined : ComposeStack.find({ owned: false });
}
