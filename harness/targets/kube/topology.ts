import type { KubernetesObject, V1ConfigMap, V1Container, V1Deployment } from '@kubernetes/client-node';
import type { Role, Setup } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { type Anatomy, containersOf } from './anatomy.ts';
import { flushIntervalOf, hasParameter, withParameter } from './td-agent-conf.ts';

/** Label by which the parts of a topology are known; its value is a {@link Role}. */
export const ROLE_LABEL = 'app.kubernetes.io/component';

/** A text in a ConfigMap. */
export interface ConfigText {
  configMap: V1ConfigMap;
  key: string;
}

/** A Deployment between the sidecar and the domain: the central collector, or the queue. */
export interface Part {
  role: Role;
  deployment: V1Deployment;
  container: V1Container;
  /** Its configuration, where a ConfigMap that it mounts holds one. */
  config: ConfigText | undefined;
}

/** Finds the parts by their label. Throws {@link UsageError} for a collector without a fluentd configuration. */
export function partsIn(objects: readonly KubernetesObject[]): Part[] {
  return objects.flatMap((object) => {
    const role = object.metadata?.labels?.[ROLE_LABEL];
    if (object.kind !== 'Deployment' || (role !== 'collector' && role !== 'queue')) return [];
    const deployment = object as V1Deployment;
    const spec = deployment.spec!.template.spec!;
    const mounted = new Set(spec.volumes?.map(({ configMap }) => configMap?.name));
    const [config] = objects
      .filter((one): one is V1ConfigMap => one.kind === 'ConfigMap' && mounted.has(one.metadata!.name))
      .flatMap((configMap) => Object.keys(configMap.data ?? {}).map((key) => ({ configMap, key })));
    if (role === 'collector' && !(config && /<source>/.test(textOf(config))))
      throw new UsageError(
        `Deployment ${deployment.metadata?.name} is labelled ${ROLE_LABEL}: collector, and mounts no ConfigMap with a fluentd configuration`,
      );
    return [{ role, deployment, container: containersOf(spec)[0]!, config }];
  });
}

/** Whether a topology has a queue, whose image is needed there alone. */
export function hasQueue(parts: readonly Part[]): boolean {
  return parts.some(({ role }) => role === 'queue');
}

/** Every fluentd configuration of a pipeline, in the order of a record's way: the sidecar's, then the collector's. */
export function fluentdConfigs({ configMap, configKey }: Anatomy, parts: readonly Part[]): ConfigText[] {
  const collectors = parts.filter(({ role }) => role === 'collector').flatMap(({ config }) => config ?? []);
  return [{ configMap, key: configKey }, ...collectors];
}

/** Sum of the flush intervals on a record's way, ms. */
export function flushIntervalOfAll(configs: readonly ConfigText[]): number {
  return configs.reduce((sum, config) => sum + flushIntervalOf(textOf(config)), 0);
}

/**
 * Puts a setup's parameters in force, each in every configuration that has it. Throws where one stands nowhere, unless it is one of those to set if they
 * are there.
 */
export function setParameters(
  { parameters, parametersIfThere = {} }: Pick<Setup, 'parameters' | 'parametersIfThere'>,
  configs: readonly ConfigText[],
): void {
  const holders = (name: string) => configs.filter((config) => hasParameter(textOf(config), name));
  const set = (name: string, value: string, into: readonly ConfigText[]) => {
    for (const config of into) rewrite(config, (text) => withParameter(text, name, value));
  };
  for (const [name, value] of Object.entries(parametersIfThere)) set(name, value, holders(name));
  for (const [name, value] of Object.entries(parameters)) {
    const found = holders(name);
    // Where none has it, the first says so.
    set(name, value, found.length > 0 ? found : configs.slice(0, 1));
  }
}

/** Changes settings of the queue's configuration. Throws {@link UsageError} where there is no queue, or no such setting. */
export function setRedis(settings: Record<string, string>, parts: readonly Part[]): void {
  const config = parts.find(({ role }) => role === 'queue')?.config;
  for (const [name, value] of Object.entries(settings)) {
    if (!config) throw new UsageError(`redis.${name}=${value}: this topology has no Redis; there is one in redis`);
    if (!hasParameter(textOf(config), name))
      throw new UsageError(`redis.${name}=${value}: ${config.key} has no "${name}"; it has ${namesIn(textOf(config))}`);
    rewrite(config, (text) => withParameter(text, name, value));
  }
}

function namesIn(conf: string): string {
  return [...new Set(conf.match(/^[a-z][\w-]*/gm))].join(', ');
}

export function textOf({ configMap, key }: ConfigText): string {
  return configMap.data![key]!;
}

export function rewrite({ configMap, key }: ConfigText, change: (text: string) => string): void {
  configMap.data![key] = change(configMap.data![key]!);
}

/** Key of the stream that a collector reads from Redis; undefined where it reads none. */
export function streamOf(conf: string): string | undefined {
  const [source] = conf.match(/^\s*<source>\s*@type\s+redis_stream[\s\S]*?<\/source>/m) ?? [];
  return source && (source.match(/^\s*stream\s+(\S+)/m)?.[1] ?? 'fluentd');
}
