import { formatDuration } from '../core/duration.ts';
import { importDashboards } from '../dev/dashboards/import.ts';
import type { DevStack } from '../dev/stack.ts';
import { ensureImage } from '../tools/images.ts';

/** Longest pull of the image, and longest wait for what is in it to answer, ms. */
const PULL_WITHIN_MS = 120_000;
const ANSWER_WITHIN_MS = 180_000;

/** Whether the image is here, or why not. Never rejected. */
export type DashboardsImage = Promise<{ here: true } | { here: false; why: string }>;

/** Gets the image of Dashboards while the rest starts. */
export function dashboardsImage(image: string, signal: AbortSignal): DashboardsImage {
  return ensureImage(image, { withinMs: PULL_WITHIN_MS, signal }).then(
    () => ({ here: true }) as const,
    (error: Error) => ({ here: false, why: error.message.split('\n')[0]! }) as const,
  );
}

/** Starts Dashboards once their image is here, waits until they answer, and puts the saved objects into them. Whatever fails is told in a line. */
export async function withDashboards(
  stack: DevStack,
  start: (signal: AbortSignal) => Promise<void>,
  image: DashboardsImage,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  try {
    const got = await image;
    if (signal.aborted) return;
    if (!got.here) {
      print(`  dashboards    left out: ${got.why}`);
      return;
    }
    await start(signal);
    const url = stack.addresses.dashboards;
    if (url === undefined) return;
    await importDashboards(url, { withinMs: ANSWER_WITHIN_MS, signal });
    print(`  dashboards    ${url} (after ${formatDuration(performance.now() - begun)})`);
  } catch (error) {
    if (!signal.aborted) print(`  dashboards    left out: ${error instanceof Error ? error.message : error}`);
  }
}
