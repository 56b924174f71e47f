import type { Selector } from '../apis/cluster-apis.ts';
import { fits } from '../wildcards.ts';
import type { PodKind } from './check.ts';

/** Whether a Fargate profile's selector takes a pod: its namespace, and every label that the selector has; `*` and `?` in all of them. */
export function selects({ namespace, labels }: Selector, pod: PodKind): boolean {
  return fits(namespace, pod.namespace) && Object.entries(labels).every((label) => hasLabel(pod, label));
}

function hasLabel(pod: PodKind, [key, value]: [string, string]): boolean {
  return Object.entries(pod.labels).some(([k, v]) => fits(key, k) && fits(value, v));
}

/** What keeps a selector from taking a pod, one each. Empty: it takes it. */
export function misfits({ namespace, labels }: Selector, pod: PodKind): string[] {
  const wanting = Object.entries(labels).filter((label) => !hasLabel(pod, label));
  return [
    ...(fits(namespace, pod.namespace) ? [] : [`its namespace is ${namespace}`]),
    ...wanting.map(([key, value]) => `it wants the label ${key}=${value}, ${labelOf(pod, key)}`),
  ];
}

function labelOf({ labels }: PodKind, key: string): string {
  return labels[key] === undefined ? 'which the pod has not' : `and the pod has ${labels[key]}`;
}

/** The selector that comes nearest: the fewest misfits, the namespace before labels, as labels can be left out. */
export function nearest<T extends Selector>(selectors: readonly T[], pod: PodKind): T | undefined {
  const far = (one: T) => misfits(one, pod).length + (fits(one.namespace, pod.namespace) ? 0 : 100);
  return [...selectors].sort((a, b) => far(a) - far(b))[0];
}

/** A selector in words: `namespace efk-harness*, app=shop` */
export function selectorText({ namespace, labels }: Selector): string {
  return [`namespace ${namespace}`, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].join(', ');
}
