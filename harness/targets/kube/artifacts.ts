import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** What one life of a container said. */
interface LifeLog {
  pod: string;
  container: string;
  lines: readonly string[];
}

/** Writes what there is to see of a deployment below a folder: `pipeline/` (manifests without Secrets, td-agent.conf) and `logs/`, a file a life. */
export function writeDeployment(folder: string, { anatomy, objects, conf }: Prepared, logs: readonly LifeLog[]): void {
  const pipeline = join(folder, 'pipeline');
  mkdirSync(pipeline, { recursive: true });
  const seen = new Map<string, number>();
  for (const { pod, container, lines } of logs) {
    const life = seen.get(pod + container) ?? 0;
    seen.set(pod + container, life + 1);
    writeLog(folder, `${pod}.${container}${life ? `.${life}` : ''}`, lines);
  }
  const secretless = objects.filter(({ kind }) => kind !== 'Secret');
  writeFileSync(join(pipeline, 'manifests.yaml'), secretless.map((object) => stringify(object)).join('---\n'));
  writeFileSync(join(pipeline, anatomy.configKey), conf);
}

/** Writes `logs/NAME.log` below a folder. */
export function writeLog(folder: string, name: string, lines: readonly string[]): void {
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, `${name}.log`), lines.map((line) => `${line}\n`).join(''));
}

/** The events of the namespace that are about pods of ours, or no pod. `ours`: their names, those that never ran too. */
export async function eventLines({ cluster, namespace }: Pods, ours: ReadonlySet<string>): Promise<string[]> {
  const { items } = await cluster.core.listNamespacedEvent({ namespace });
  return items
    .filter(({ involvedObject: { kind, name } }) => kind !== 'Pod' || (name !== undefined && ours.has(name)))
    .map(
      ({ lastTimestamp, involvedObject, reason, message }) =>
        `${lastTimestamp?.toISOString() ?? ''} ${involvedObject.kind}/${involvedObject.name} ${reason}: ${message}`,
    );
}
