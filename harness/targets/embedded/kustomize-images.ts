import type { KubernetesObject } from '@kubernetes/client-node';
import { type LintedContainer, podOf } from '../../core/fargate-lint/objects.ts';

/** An entry of a kustomization's `images`: what stands in place of an image's name, tag or digest. */
export interface ImageChange {
  name: string;
  newName?: string;
  newTag?: string;
  digest?: string;
}

/** Changes images in all containers of pods; tag and digest stay unless the entry names one of them. */
export function changeImages(objects: readonly KubernetesObject[], changes: readonly ImageChange[]): void {
  for (const object of objects) {
    const { containers = [], initContainers = [] } = podOf(object)?.spec ?? {};
    for (const container of [...containers, ...initContainers] as (LintedContainer & { image?: string })[])
      for (const change of changes) if (container.image) container.image = changed(container.image, change);
  }
}

function changed(image: string, { name, newName = name, newTag, digest }: ImageChange): string {
  const rest = image.startsWith(name) ? image.slice(name.length) : undefined;
  if (rest === undefined || !/^(:[\w.-]+)?(@sha256:\w+)?$/.test(rest)) return image;
  if (newTag === undefined && digest === undefined) return newName + rest;
  return newName + (newTag === undefined ? '' : `:${newTag}`) + (digest === undefined ? '' : `@${digest}`);
}
