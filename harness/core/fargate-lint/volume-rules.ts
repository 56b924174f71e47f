import type { LintedClaim, LintedObject, LintedVolume } from './objects.ts';
import { type VolumeSource, volumeSource } from './persistent-volume.ts';
import type { Hit, Rule } from './rule.ts';

/** Kinds of volumes that a pod may have; a claim only of a volume that is there, on EFS. hostPath has a rule of its own. */
const KINDS = new Set(['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'persistentVolumeClaim', 'nfs']);
const OTHER_RULES = new Set(['hostPath', 'ephemeral', 'awsElasticBlockStore']);

/** What a pod may keep its files on. */
export const VOLUME_RULES: readonly Rule[] = [
  {
    name: 'ebs-volume',
    why: 'a disk of EBS cannot be attached to its VMs',
    fix: 'an emptyDir for what may go with the pod, EFS for what must stay',
    inPod: ({ volumes = [] }) => ofKind(volumes, (kind) => kind === 'awsElasticBlockStore'),
    inObject: (object) => {
      const source = volumeSource(object);
      if (!source || !isEbs(source)) return [];
      return [{ field: source.driver ? 'spec.csi.driver' : `spec.${source.kind}`, saw: source.saw }];
    },
  },
  {
    name: 'volume-kind',
    why: `volumes are ${[...KINDS].join(', ')} and no other, and a claim’s is on EFS`,
    fix: 'an emptyDir, or a claim of a volume on EFS (efs.csi.aws.com)',
    inPod: ({ volumes = [] }) => ofKind(volumes, (kind) => !KINDS.has(kind) && !OTHER_RULES.has(kind)),
    // "bound to invalid PV … with CSI Driver", or "with nil CSI spec": of claims NFS is refused too.
    inObject: (object) => {
      const source = volumeSource(object);
      if (!source || source.driver === 'efs.csi.aws.com' || OTHER_RULES.has(source.kind) || isEbs(source)) return [];
      return [{ field: source.driver ? 'spec.csi.driver' : `spec.${source.kind}`, saw: source.saw }];
    },
  },
  {
    name: 'dynamic-volume',
    why: 'nothing makes a volume for a pod there, and a claim that is not bound keeps it from starting',
    fix: 'make the PersistentVolume on EFS first, and name it: volumeName',
    inPod: ({ volumes = [] }) => ofKind(volumes, (kind) => kind === 'ephemeral'),
    inObject: ({ kind, spec }, all) => {
      if (kind === 'PersistentVolumeClaim')
        return isDynamic(spec as LintedClaim, all) ? [{ field: 'spec', saw: UNNAMED }] : [];
      const { volumeClaimTemplates = [] } = (spec ?? {}) as { volumeClaimTemplates?: { spec?: LintedClaim }[] };
      return volumeClaimTemplates.flatMap((claim, i): Hit[] =>
        isDynamic(claim.spec, all) ? [{ field: `spec.volumeClaimTemplates[${i}]`, saw: UNNAMED }] : [],
      );
    },
  },
];

const UNNAMED = 'a claim of no volume that is there';

function ofKind(volumes: readonly LintedVolume[], is: (kind: string) => boolean): Hit[] {
  return volumes.flatMap(({ name, ...kinds }, i) =>
    Object.keys(kinds)
      .filter((kind) => kinds[kind] !== undefined && is(kind))
      .map((kind) => ({ field: `volumes[${i}].${kind}`, saw: name })),
  );
}

function isEbs({ kind, driver }: VolumeSource): boolean {
  return kind === 'awsElasticBlockStore' || driver === 'ebs.csi.aws.com';
}

/** The storage classes of which volumes come with these objects. */
export function waitingClasses(objects: readonly LintedObject[]): string[] {
  const volumes = objects.filter(({ kind }) => kind === 'PersistentVolume');
  return [...new Set(volumes.flatMap(({ spec }) => (spec as LintedClaim | undefined)?.storageClassName || []))];
}

/**
 * Whether a claim waits for somebody to make its volume: it names none, and none of its class comes with it. The class `''` has none made; a claim without
 * one gets the cluster's default class where it has one, as EKS had with EBS's gp2.
 */
function isDynamic(
  { volumeName, selector, storageClassName }: LintedClaim = {},
  all: readonly LintedObject[],
): boolean {
  if (volumeName || selector || storageClassName === '') return false;
  return !waitingClasses(all).includes(storageClassName ?? '');
}
