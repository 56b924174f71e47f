import type { LintedClaim, LintedObject, LintedVolume } from './objects.ts';
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
    inObject: ({ kind, spec }) => {
      if (kind !== 'PersistentVolume') return [];
      const { csi, awsElasticBlockStore } = (spec ?? {}) as {
        csi?: { driver?: string };
        awsElasticBlockStore?: object;
      };
      if (awsElasticBlockStore) return [{ field: 'spec.awsElasticBlockStore', saw: 'set' }];
      return csi?.driver === 'ebs.csi.aws.com' ? [{ field: 'spec.csi.driver', saw: csi.driver }] : [];
    },
  },
  {
    name: 'volume-kind',
    why: `volumes are ${[...KINDS].join(', ')} and no other`,
    fix: 'an emptyDir, or a claim of a volume on EFS',
    inPod: ({ volumes = [] }) => ofKind(volumes, (kind) => !KINDS.has(kind) && !OTHER_RULES.has(kind)),
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

/** Whether a claim waits for somebody to make its volume: it names none, and none of its class comes with it. */
function isDynamic(
  { volumeName, selector, storageClassName }: LintedClaim = {},
  all: readonly LintedObject[],
): boolean {
  const waiting = all.some(
    ({ kind, spec }) =>
      kind === 'PersistentVolume' && (spec as LintedClaim | undefined)?.storageClassName === storageClassName,
  );
  return !volumeName && !selector && !waiting;
}
