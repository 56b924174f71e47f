import { join } from 'node:path';
import { once } from '../../core/once.ts';
import type { TopologyName } from '../../core/target.ts';
import { type Blueprint, blueprintOf } from '../kube/blueprint.ts';
import { fargateRemarks } from '../kube/fargate-remarks.ts';
import { type PipelineSource, withTopology } from '../kube/pipeline.ts';
import { renderManifests } from './render.ts';

/** A pipeline as it runs here, in a topology. */
export type BlueprintOf = (topology: TopologyName) => Promise<Blueprint>;

export interface BlueprintOptions {
  root: string;
  pipeline: PipelineSource;
  /** An image with kubectl in it, pulled when it is needed. */
  clusterImage: () => Promise<string>;
  remark(line: string): void;
}

/** Renders a pipeline at its first use, each topology once; what Fargate would refuse is remarked. */
export function blueprintsOf({ root, pipeline, clusterImage, remark }: BlueprintOptions): BlueprintOf {
  return once(async (topology: TopologyName) => {
    const source = withTopology(pipeline, topology);
    const blueprint = blueprintOf(await renderManifests(source, join(root, '.cache', 'rendered'), clusterImage));
    for (const line of fargateRemarks(blueprint)) remark(line);
    return blueprint;
  });
}
