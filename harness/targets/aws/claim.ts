import type { V1Namespace } from '@kubernetes/client-node';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { type Owner, type OwnerState, stateOf } from '../../tools/owner.ts';
import { apiMessage, isConflict } from '../kube/api-errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import { patientlyOnce } from '../kube/patience.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { LOOK, namespaceNow, removeNamespace, removeNamespaces, throwAll } from './namespaces.ts';

/** Annotations of a namespace that a run has for itself: the process it is for, and when its time limit is over (ISO 8601). */
const OWNER = 'efk-sidecar-harness/owner';
const UNTIL = 'efk-sidecar-harness/until';

/** How long after its time limit a run may still be taking things down, ms. */
export const GRACE_MS = 15 * 60_000;

/** What the namespaces of a run say of it. */
export interface Claim {
  run: string;
  owner: Owner;
  /** End of its time limit, ms since the epoch. */
  until: number;
}

/** Whose a namespace is: nobody's as its run is over, somebody's who is at it, or not this project's at all. */
export type Holder = { is: 'left over' } | { is: 'in use'; until: number } | { is: 'not ours' };

export function annotationsOf({ owner, until }: Claim): Record<string, string> {
  return { [OWNER]: owner, [UNTIL]: new Date(until).toISOString() };
}

/**
 * Looks at a namespace's marks. One of a process that runs on this machine is in use; of one that is on another machine only the clock can tell, and it
 * is taken to be over some time after its limit.
 */
export async function holderOf(
  { metadata }: V1Namespace,
  now = Date.now(),
  ask: (owner: Owner) => Promise<OwnerState> = stateOf,
): Promise<Holder> {
  if (!metadata?.labels?.[RUN_LABEL]) return { is: 'not ours' };
  const owner = metadata.annotations?.[OWNER];
  const until = Date.parse(metadata.annotations?.[UNTIL] ?? '') || 0;
  const state = owner === undefined ? 'dead' : await ask(owner);
  if (state === 'alive' || (state === 'elsewhere' && now < until + GRACE_MS)) return { is: 'in use', until };
  return { is: 'left over' };
}

/**
 * Looks whether a run may have the namespaces of these names. Throws {@link UsageError} for one that is somebody's, {@link EnvironmentError} while another
 * run has one. Returns those that earlier runs left behind.
 */
export async function leftOversOf(cluster: Cluster, names: readonly string[]): Promise<V1Namespace[]> {
  const left: V1Namespace[] = [];
  for (const name of names) {
    const there = await namespaceNow(cluster, name);
    if (!there) continue;
    const holder = await holderOf(there);
    if (holder.is === 'not ours')
      throw new UsageError(
        `the namespace ${name} is there and not the harness's, which makes and removes its own: name another one (namespace in aws.config.ts), which a Fargate profile selects`,
      );
    if (holder.is === 'in use')
      throw new EnvironmentError(
        `the namespace ${name} is in use by another run, until ${new Date(holder.until).toISOString()} at the latest: wait for its end, name another namespace, or end it with npm run down -- --target aws --force`,
      );
    left.push(there);
  }
  return left;
}

/** Makes the namespaces of a run, and first removes those of their names that earlier runs left behind; throws as {@link leftOversOf} does. */
export async function claimNamespaces(
  cluster: Cluster,
  names: readonly string[],
  claim: Claim,
  remark: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const left = await leftOversOf(cluster, names);
  await removeNamespaces(cluster, left, signal);
  for (const { metadata } of left) remark(`removed the namespace ${metadata!.name}, which an earlier run had left`);
  const labels = { [RUN_LABEL]: claim.run };
  for (const name of names) {
    signal.throwIfAborted();
    const body = { metadata: { name, labels, annotations: annotationsOf(claim) } };
    await patientlyOnce(() => cluster.core.createNamespace({ body })).catch((error: unknown) => {
      throw new EnvironmentError(
        isConflict(error)
          ? `another run has made the namespace ${name} at the same moment: wait for its end, or name another namespace`
          : `the namespace ${name} cannot be made: ${apiMessage(error)}; ${LOOK}`,
      );
    });
  }
}

/** Removes those of the namespaces that a process claimed, or that are nobody's; throws as {@link removeNamespaces} does. */
export async function removeOurs(cluster: Cluster, names: readonly string[], owner: Owner): Promise<void> {
  const removed = await Promise.allSettled(
    names.map(async (name) => {
      const there = await namespaceNow(cluster, name);
      if (there && isOf(there, owner)) await removeNamespace(cluster, there);
    }),
  );
  throwAll(removed);
}

/** One that was made again by an apply, after somebody had removed it, has no owner any more. */
function isOf({ metadata }: V1Namespace, owner: Owner): boolean {
  const marked = metadata?.annotations?.[OWNER];
  return metadata?.labels?.[RUN_LABEL] !== undefined && (marked === undefined || marked === owner);
}
