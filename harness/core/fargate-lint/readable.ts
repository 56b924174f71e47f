import { parseQuantity } from '../quantity.ts';
import { UsageError } from '../trouble.ts';
import { type Asking, containersIn, type LintedObject, podOf } from './objects.ts';

/**
 * An object as the API server reads it, for the rules: a field that is null is unset. Throws UsageError with the field for what no API server takes: something
 * else than a list where a list must be, a request that is no quantity.
 */
export function readable(object: LintedObject): LintedObject {
  const read = withoutNulls(object);
  const name = `${object.kind} ${object.metadata?.name}`;
  expectLists(read.spec ?? {}, `${name}: spec`, ['volumeClaimTemplates']);
  const pod = podOf(read);
  if (!pod) return read;
  const at = `${name}: ${pod.path}`;
  expectLists(pod.spec, at, ['containers', 'initContainers', 'ephemeralContainers', 'volumes', 'resourceClaims']);
  expectQuantities(pod.spec, at);
  for (const { path, container } of containersIn(pod.spec)) {
    expectLists(container, `${at}.${path}`, ['command', 'args', 'env', 'ports', 'volumeDevices']);
    expectLists(container.securityContext?.capabilities ?? {}, `${at}.${path}.securityContext.capabilities`, ['add']);
    expectQuantities(container, `${at}.${path}`);
  }
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? {};
  const terms = `${at}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  expectLists(required, terms, ['nodeSelectorTerms']);
  for (const [i, term] of (required.nodeSelectorTerms ?? []).entries())
    expectLists(term, `${terms}.nodeSelectorTerms[${i}]`, ['matchExpressions', 'matchFields']);
  return read;
}

/** The same without its fields that are null, at any depth. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one ?? {})) as T;
  if (typeof value !== 'object' || value === null) return value;
  const set = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(set.map(([name, field]) => [name, withoutNulls(field)])) as T;
}

function expectLists(holder: object, at: string, names: readonly string[]): void {
  for (const [name, value] of Object.entries(holder))
    if (names.includes(name) && !Array.isArray(value))
      throw new UsageError(`${at}.${name}: expected a list, got ${JSON.stringify(value)}`);
}

function expectQuantities({ resources: { limits, requests } = {} }: Asking, at: string): void {
  for (const [kind, amounts] of Object.entries({ limits, requests }))
    for (const [resource, amount] of Object.entries(amounts ?? {}))
      try {
        parseQuantity(amount);
      } catch (error) {
        throw new UsageError(`${at}.resources.${kind}['${resource}']: ${(error as Error).message}`);
      }
}
