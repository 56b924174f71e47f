import { parseCpu } from '../../core/quantity.ts';
import type { Blueprint } from './blueprint.ts';
import { withParameter } from './td-agent-conf.ts';

/** Suffixes of fluentd's sizes: `512m` are MiB. */
const SIZES: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * What a pipeline allows itself, with some of fluentd's parameters changed: cores of one sidecar, and bytes of the buffer that is the largest. What it
 * does not say is left out.
 */
export function limitsOf(
  { anatomy: { fluentd, configMap, configKey } }: Pick<Blueprint, 'anatomy'>,
  parameters: Record<string, string>,
): { fluentdCores?: number; bufferBytes?: number } {
  const cpu = fluentd.resources?.limits?.['cpu'];
  let conf = configMap.data![configKey]!;
  for (const [name, value] of Object.entries(parameters)) conf = withParameter(conf, name, value);
  const buffers = [...conf.matchAll(/^\s*total_limit_size\s+(\d+)([kmgt]?)\s*$/gim)].map(
    ([, number, unit]) => Number(number) * SIZES[unit!.toLowerCase()]!,
  );
  return {
    ...(cpu ? { fluentdCores: parseCpu(cpu) } : {}),
    ...(buffers.length > 0 ? { bufferBytes: Math.max(...buffers) } : {}),
  };
}
