import { join } from 'node:path';
import { findingText } from '../../core/fargate-lint/lint.ts';
import { once } from '../../core/once.ts';
import type { TopologyName } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { renderManifests } from '../k3s/render.ts';
import { type Blueprint, blueprintOf } from '../kube/blueprint.ts';
import { type PipelineSource, withTopology } from '../kube/pipeline.ts';

/** How the pods of a pipeline sign: as their service account's role, or with the keys of a Secret. */
export type Signing = 'role' | 'secret';

/** A pipeline as it runs on AWS, in a topology; in its own way of signing unless told. */
export type BlueprintOf = (topology: TopologyName, signing?: Signing) => Promise<Blueprint>;

/** What the delivered pipeline is on AWS. */
const OVERLAYS: Record<Signing, string> = { role: 'manifests/overlays/aws', secret: 'manifests/overlays/aws-secret' };

export interface BlueprintOptions {
  root: string;
  pipeline: PipelineSource;
  signing: Signing;
  /** An image with kubectl in it, pulled when it is needed. */
  clusterImage: () => Promise<string>;
}

/**
 * Renders a pipeline for AWS at its first use, each topology once. Throws {@link UsageError} for what Fargate would refuse, with all of it.
 */
export function blueprintsOf({ root, pipeline, signing, clusterImage }: BlueprintOptions): BlueprintOf {
  const rendered = once(async (key: string) => {
    const [topology, how] = key.split(' ') as [TopologyName, Signing];
    const manifests = pipeline.name === 'delivered' ? join(root, OVERLAYS[how]) : pipeline.manifests;
    const source = withTopology({ ...pipeline, manifests }, topology);
    const blueprint = blueprintOf(await renderManifests(source, join(root, '.cache', 'rendered'), clusterImage));
    assertTaken(blueprint);
    return blueprint;
  });
  return (topology, how = signing) => rendered(`${topology} ${how}`);
}

function assertTaken({ refusedByFargate }: Blueprint): void {
  if (refusedByFargate.length === 0) return;
  throw new UsageError(
    [
      'Fargate would refuse these manifests; nothing was applied:',
      ...refusedByFargate.map((one) => `  ${findingText(one)}`),
    ].join('\n'),
  );
}
