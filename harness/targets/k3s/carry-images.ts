import { until } from '../../core/condition.ts';
import { execIn } from '../../tools/containers.ts';
import { importImages } from '../../tools/images.ts';

/** Carries images into the cluster as soon as its containerd answers; those that are in it already are left out. */
export async function carryImages(
  pods: string[],
  container: string,
  { say, signal }: { say(what: string): void; signal: AbortSignal },
): Promise<void> {
  const present = await until(
    {
      name: `containerd in ${container} to answer`,
      look: async () => {
        try {
          return { met: true, value: await execIn(container, ['ctr', '-n', 'k8s.io', 'images', 'ls', '-q']) };
        } catch (error) {
          return { met: false, saw: error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error) };
        }
      },
    },
    { withinMs: 90_000, everyMs: 300, signal },
  );
  const missing = pods.filter((image) => !present.includes(image));
  if (missing.length === 0) return;
  say('carrying the images into the cluster');
  await importImages(missing, container, signal);
}
