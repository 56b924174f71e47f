import { join } from 'node:path';
import { dockerVersion } from '../tools/docker.ts';
import { ComposeStack } from './compose-stack.ts';
import { findK3s } from './k3s-start.ts';
import type { DevStack } from './stack.ts';

/** The project's folder. */
const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The dev stack that is up, whole or in part, for the commands that look at one; its `close` only lets go of it. Compose before k3s where `kind` names
 * none. undefined: none is up. Throws DockerUnavailable where Docker does not answer.
 */
export async function attachDevStack(kind?: DevStack['kind']): Promise<DevStack | undefined> {
  await dockerVersion();
  const compose = kind === 'k3s' ? undefined : await ComposeStack.find({ owned: false });
  return compose ?? (kind === 'compose' ? undefined : await findK3s(ROOT));
}
