import { parseQuantity } from '../quantity.ts';
import { containersIn, type LintedObject, podOf } from './objects.ts';
import { readable } from './readable.ts';

/** A limit that Fargate admits and does not keep. */
export interface UnequalLimit {
  /** `spec.template.spec.containers[0].resources.limits['cpu']` */
  field: string;
  request: string;
  limit: string;
}

/**
 * Limits that are not their requests. "The requested CPU and memory must be equal to the limit for all of the containers", and no pod "can use more than
 * requested": EKS User Guide. Its scheduler does not refuse them.
 */
export function unequalLimits(object: LintedObject): UnequalLimit[] {
  const pod = podOf(readable(object));
  if (!pod) return [];
  return containersIn(pod.spec).flatMap(({ path, container: { resources: { limits = {}, requests = {} } = {} } }) =>
    ['cpu', 'memory'].flatMap((resource) => {
      const [request, limit] = [requests[resource], limits[resource]];
      if (request === undefined || limit === undefined || parseQuantity(request) === parseQuantity(limit)) return [];
      const field = `${pod.path}.${path}.resources.limits['${resource}']`;
      return [{ field, request: String(request), limit: String(limit) }];
    }),
  );
}
