import type { Fault } from '../core/fault.ts';

/** Deletes the application's pod with its grace period, as a rollout or Fargate's patching does. */
export function deletePod(at: Fault['at']): Fault {
  return { name: 'deleting the pod', at, inject: ({ deployment }) => deployment.deletePod() };
}

/** Deletes it as `kubectl delete pod --now` does: SIGTERM, and SIGKILL about a second later. */
export function deletePodNow(at: Fault['at']): Fault {
  return {
    name: 'deleting the pod at once',
    at,
    needs: ['cluster'],
    inject: ({ deployment }) => deployment.deletePod('now'),
  };
}
