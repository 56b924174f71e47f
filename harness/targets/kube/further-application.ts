import type { Anatomy } from './anatomy.ts';

/** Another application of the same kind: a Deployment, a ConfigMap and a tag of its own, named with its number. */
export function furtherApplication(
  { deployment, configMap, configKey }: Anatomy,
  number: number,
): Pick<Anatomy, 'deployment' | 'configMap'> {
  const [otherDeployment, otherMap] = structuredClone([deployment, configMap] as const);
  const named = (name: string | undefined) => `${name}-${number}`;
  otherMap.metadata!.name = named(configMap.metadata!.name);
  otherMap.data![configKey] = configMap.data![configKey]!.replace(/^(\s*tag\s+\S+)$/m, `$1${number}`);
  otherDeployment.metadata!.name = named(deployment.metadata!.name);
  const { selector, template } = otherDeployment.spec!;
  for (const labels of [selector.matchLabels, template.metadata!.labels])
    if (labels) labels['efk-sidecar-harness/application'] = String(number);
  for (const volume of template.spec!.volumes ?? [])
    if (volume.configMap && volume.configMap.name === configMap.metadata!.name)
      volume.configMap.name = named(volume.configMap.name);
  return { deployment: otherDeployment, configMap: otherMap };
}
