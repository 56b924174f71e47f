import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Container, V1Volume } from '@kubernetes/client-node';
import { parseSize } from '../../core/duration.ts';
import { UsageError } from '../../core/trouble.ts';
import type { ApiObjects } from './api-objects.ts';
import { writeConfigVolume } from './config-volume.ts';
import type { Bind } from './container-root.ts';
import type { Disk } from './sandbox.ts';

/** The volumes of a pod on this machine: a folder each. */
export class PodVolumes {
  readonly #volumes: readonly V1Volume[];
  readonly #objects: ApiObjects;
  readonly #folder: string;

  /** `folder`: holds a folder for each of them, once they are made. */
  constructor(volumes: readonly V1Volume[], objects: ApiObjects, folder: string) {
    this.#volumes = volumes;
    this.#objects = objects;
    this.#folder = folder;
  }

  /** Makes their folders; returns those that want a disk of their own. Throws UsageError for a kind that this target has not. */
  make(): Disk[] {
    const disks: Disk[] = [];
    for (const volume of this.#volumes) {
      const folder = this.#folderOf(volume);
      mkdirSync(folder, { recursive: true, mode: 0o777 });
      const { emptyDir } = volume;
      const files = this.#objects.filesOf(volume);
      if (files) writeConfigVolume(folder, files);
      else if (emptyDir?.medium === 'Memory' && emptyDir.sizeLimit)
        disks.push({ folder, bytes: parseSize(`${emptyDir.sizeLimit}B`) });
      else if (!emptyDir)
        throw new UsageError(
          `volume ${volume.name} is a ${kindOf(volume)}; the embedded target has emptyDir, configMap and secret`,
        );
    }
    return disks;
  }

  /** Writes every ConfigMap and Secret volume anew. */
  refresh(): void {
    for (const volume of this.#volumes) {
      const files = this.#objects.filesOf(volume);
      if (files) writeConfigVolume(this.#folderOf(volume), files);
    }
  }

  /** Where a container sees them. Throws UsageError for a mount of a volume that the pod has not. */
  mountsOf({ name, volumeMounts = [] }: V1Container): Bind[] {
    return volumeMounts.map((mount) => {
      const volume = this.#volumes.find((one) => one.name === mount.name);
      if (!volume) throw new UsageError(`container ${name} mounts volume ${mount.name}, which the pod has not`);
      return {
        source: join(this.#folderOf(volume), mount.subPath ?? ''),
        target: mount.mountPath.replace(/(.)\/$/, '$1'),
        readOnly: mount.readOnly === true || !volume.emptyDir,
      };
    });
  }

  #folderOf({ name }: V1Volume): string {
    return join(this.#folder, name);
  }
}

function kindOf({ name: _, ...kinds }: V1Volume): string {
  return Object.keys(kinds).join(', ');
}
