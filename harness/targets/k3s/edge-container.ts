import { until } from '../../core/condition.ts';
import { killContainer, startContainer } from '../../tools/docker.ts';
import type { EdgeProcess } from '../kube/edge-domain.ts';
import type { EdgeAddress } from './stack.ts';

/** Longest wait for a new edge to answer, ms: it takes half a second to start. */
const ANSWERS_WITHIN_MS = 30_000;

/**
 * An edge in its container. `locate` says where it is after a start, which Docker may have changed; `moved` is told before the edge counts as up, so
 * that pods find it.
 */
export function edgeContainer(
  container: string,
  locate: () => Promise<EdgeAddress>,
  moved: (address: EdgeAddress) => Promise<void>,
): EdgeProcess {
  return {
    kill: async () => `exit code ${await killContainer(container)}`,
    async start() {
      await startContainer(container);
      const address = await locate();
      await moved(address);
      await answers(address.adminUrl);
      return address.adminUrl;
    },
  };
}

async function answers(adminUrl: string): Promise<void> {
  const look = async () => {
    const seen = await fetch(`${adminUrl}/healthz`).then(
      ({ status }) => status,
      (error: Error) => String(error.cause ?? error.message),
    );
    return seen === 200 ? { met: true as const, value: undefined } : { met: false as const, saw: String(seen) };
  };
  await until({ name: 'the edge to answer after its start', look }, { withinMs: ANSWERS_WITHIN_MS });
}
