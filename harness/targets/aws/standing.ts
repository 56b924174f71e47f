import type { AccessKey, Surroundings } from '../../core/target.ts';
import type { SearchEngineSink } from '../../sinks/search-engine.ts';
import type { Owner } from '../../tools/owner.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import type { BlueprintOf } from './blueprints.ts';
import type { AwsSettings } from './settings.ts';
import type { Spending } from './spending.ts';

/** All that stands once preflight, question and push are over. */
export interface AwsStanding {
  run: string;
  /** The process that the namespaces are claimed for. */
  owner: Owner;
  settings: AwsSettings;
  pipeline: PipelineSource;
  cluster: Cluster;
  sink: SearchEngineSink;
  blueprint: BlueprintOf;
  own: Blueprint;
  /** By digest, but for the queue's. */
  images: { emitter: string; fluentd: string; edge: string; queue: string };
  /** Brings an image to the nodes where they cannot pull it themselves. */
  stage: ((image: string) => Promise<void>) | undefined;
  /** Keys of the Secret that pods sign by; undefined: they have a role. */
  key: AccessKey | undefined;
  namespaces: readonly string[];
  spending: Spending;
  surroundings: Surroundings;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}
