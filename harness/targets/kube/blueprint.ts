import type { KubernetesObject } from '@kubernetes/client-node';
import { type FargateFinding, fargateLint } from '../../core/fargate-lint/lint.ts';
import { type Anatomy, anatomyOf } from './anatomy.ts';
import { DOMAIN } from './local-domain.ts';
import { withEndpoint } from './td-agent-conf.ts';
import { fluentdConfigs, type Part, partsIn, textOf } from './topology.ts';

/** A pipeline's manifests in one topology, and what is in them. */
export interface Blueprint {
  manifests: readonly KubernetesObject[];
  anatomy: Anatomy;
  parts: readonly Part[];
  /** What Fargate would refuse in it: worth a remark where it runs elsewhere. */
  refusedByFargate: readonly FargateFinding[];
}

/** Looks through manifests before anything runs; throws UsageError for those that can't work, with what was expected and what was found. */
export function blueprintOf(manifests: readonly KubernetesObject[]): Blueprint {
  const anatomy = anatomyOf(manifests);
  const parts = partsIn(manifests);
  withEndpoint(textOf(fluentdConfigs(anatomy, parts).at(-1)!), DOMAIN);
  return { manifests, anatomy, parts, refusedByFargate: fargateLint(manifests) };
}
