import type { SizeLiteral } from '../../core/duration.ts';
import type { Anatomy } from './anatomy.ts';

/** Makes the shared log volume a disk of its own size: what the node's disk would only notice later is ENOSPC at once. */
export function asDisk({ deployment, application, fluentd }: Anatomy, size: SizeLiteral): void {
  const mounted = new Set(application.volumeMounts?.map(({ name }) => name));
  for (const volume of deployment.spec!.template.spec!.volumes ?? []) {
    const shared = mounted.has(volume.name) && fluentd.volumeMounts?.some(({ name }) => name === volume.name);
    if (shared && volume.emptyDir) volume.emptyDir = { medium: 'Memory', sizeLimit: size.replace(/B$/, '') };
  }
}
