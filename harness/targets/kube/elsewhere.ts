import { type Anatomy, containersOf } from './anatomy.ts';
import { withIndexPrefix } from './td-agent-conf.ts';
import { type ConfigText, type Part, rewrite } from './topology.ts';

/** A cluster and a domain that are somebody's: nodes pull images, Fargate sizes pods by their requests, and the domain holds other indices. */
export interface Elsewhere {
  /** What the names of the run's indices begin with. */
  indexPrefix: string;
  /** Region that signatures are for. */
  region: string;
}

/** Puts in force what {@link Elsewhere} says: index names in the configuration that speaks with the domain, and the region. */
export function settle(
  configs: readonly ConfigText[],
  { anatomy, parts }: { anatomy: Anatomy; parts: readonly Part[] },
  { indexPrefix, region }: Elsewhere,
): void {
  rewrite(configs.at(-1)!, (text) => withIndexPrefix(text, indexPrefix));
  for (const { spec } of [anatomy.deployment, ...parts.map(({ deployment }) => deployment)])
    for (const { env } of containersOf(spec!.template.spec!))
      for (const variable of env ?? []) if (variable.name === 'AWS_REGION') variable.value = region;
}
