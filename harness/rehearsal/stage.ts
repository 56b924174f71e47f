import { carryImages } from '../targets/k3s/carry-images.ts';
import { execIn } from '../tools/containers.ts';
import { ensureImage } from '../tools/images.ts';
import type { Standing } from './standing.ts';

/** Has the node pull an image by its digest, as EKS's nodes do by themselves; one of another registry is handed to it. */
export async function stage(
  reference: string,
  { stack: { clusterContainer }, world, inside }: Standing,
  { say, signal }: { say(what: string): void; signal: AbortSignal },
): Promise<void> {
  const { uri, name, token } = world.repository;
  if (!reference.startsWith(`${uri}@`)) {
    await ensureImage(reference, { signal });
    return carryImages([reference], clusterContainer, { say, signal });
  }
  say(`the node pulls ${reference.slice(-12)}`);
  const there = `${inside.registry}/${name}@${reference.split('@')[1]}`;
  const ctr = ['ctr', '-n', 'k8s.io', 'images'];
  const pull = [...ctr, 'pull', '--plain-http', '--user', `AWS:${token}`, there];
  await execIn(clusterContainer, pull, { withinMs: 300_000, signal });
  await execIn(clusterContainer, [...ctr, 'tag', '--force', there, reference], { signal });
}
