import type { LintedObject } from './objects.ts';

/** What a PersistentVolume keeps its files on: the key that says so, and for `csi` the driver. */
export interface VolumeSource {
  kind: string;
  driver?: string | undefined;
  /** A path, a driver, or no more than that it is there. */
  saw: string;
}

/** What else there is in a PersistentVolume's spec. */
const ATTRIBUTES = new Set([
  ...['accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity', 'persistentVolumeReclaimPolicy'],
  ...['storageClassName', 'volumeAttributesClassName', 'volumeMode'],
]);

/** The source of a PersistentVolume; undefined for every other object, and for one without. */
export function volumeSource({ kind, spec }: LintedObject): VolumeSource | undefined {
  if (kind !== 'PersistentVolume') return undefined;
  const [source] = Object.entries(spec ?? {}).filter(([key]) => !ATTRIBUTES.has(key));
  if (!source) return undefined;
  const { driver, path } = source[1] as { driver?: string; path?: string };
  return { kind: source[0], driver, saw: driver ?? path ?? 'set' };
}
