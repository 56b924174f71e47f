import type { Surroundings } from '../../core/target.ts';
import type { SearchEngineSink } from '../../sinks/search-engine.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import type { BlueprintOf } from './blueprints.ts';
import type { PodImages } from './own-images.ts';
import type { Stack } from './stack.ts';

/** All that stands once the target is up. */
export interface K3sStanding {
  pipeline: PipelineSource;
  stack: Stack;
  cluster: Cluster;
  sink: SearchEngineSink;
  blueprint: BlueprintOf;
  /** In the topology that is the target's own. */
  own: Blueprint;
  images: PodImages & { queue: string };
  /** Carries an image into the cluster, unless it is there. */
  carry: (image: string) => Promise<void>;
  /** Whether the cluster resolves names by now. */
  resolves: () => Promise<boolean>;
  surroundings: Surroundings;
  /** Gives the cluster back to the next run, where it stays up. */
  release: () => Promise<void>;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}
