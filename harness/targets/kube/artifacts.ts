import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** Writes what there is to see of a deployment below a folder: `pipeline/` (manifests without Secrets, td-agent.conf) and `logs/`. */
export async function writeArtifacts(folder: string, pods: Pods, { anatomy, objects, conf }: Prepared): Promise<void> {
  const logs = join(folder, 'logs');
  mkdirSync(join(folder, 'pipeline'), { recursive: true });
  mkdirSync(logs, { recursive: true });
  const seen = new Map<string, number>();
  for (const { pod, container, lines } of pods.logs.all()) {
    const life = seen.get(pod + container) ?? 0;
    seen.set(pod + container, life + 1);
    writeFileSync(join(logs, `${pod}.${container}${life ? `.${life}` : ''}.log`), `${lines.join('\n')}\n`);
  }
  const secretless = objects.filter(({ kind }) => kind !== 'Secret');
  writeFileSync(
    join(folder, 'pipeline', 'manifests.yaml'),
    secretless.map((object) => stringify(object)).join('---\n'),
  );
  writeFileSync(join(folder, 'pipeline', anatomy.configKey), conf);
  writeFileSync(join(logs, 'events.log'), `${(await eventLines(pods)).join('\n')}\n`);
}

async function eventLines({ cluster, namespace, logs }: Pods): Promise<string[]> {
  const ours = new Set(logs.all().map(({ pod }) => pod));
  const { items } = await cluster.core.listNamespacedEvent({ namespace });
  return items
    .filter(({ involvedObject: { kind, name } }) => kind !== 'Pod' || (name !== undefined && ours.has(name)))
    .map(
      ({ lastTimestamp, involvedObject, reason, message }) =>
        `${lastTimestamp?.toISOString() ?? ''} ${involvedObject.kind}/${involvedObject.name} ${reason}: ${message}`,
    );
}
