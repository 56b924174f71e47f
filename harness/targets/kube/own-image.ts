import type { V1Container } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';

/** The image that a manifest names itself, for a pipeline without a Dockerfile. Throws {@link UsageError} where it names none. */
export function ownImageOf({ name, image }: V1Container): string {
  if (!image) throw new UsageError(`container ${name} names no image, and the pipeline folder has no Dockerfile`);
  return image;
}
