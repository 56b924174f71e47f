import type { LintedPodSpec, NodeExpression } from './objects.ts';
import type { Hit, Rule } from './rule.ts';

/** Labels of a Fargate node that have one value; further ones have some value, which the pod does not choose. */
const LABELS: Record<string, string> = {
  'eks.amazonaws.com/compute-type': 'fargate',
  'kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/arch': 'amd64',
  'kubernetes.io/os': 'linux',
  'beta.kubernetes.io/os': 'linux',
};
const ANY_VALUE = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);

/**
 * A pod that insists on a node that Fargate does not have: ARM, Windows, a node group, an instance type. Affinity and spread between pods do not
 * count: each pod has a VM anyway.
 */
export const NODE_RULE: Rule = {
  name: 'node',
  why: 'its nodes are Linux on amd64, made for the pod, and have no labels but their own',
  fix: 'take it away, or let it allow amd64 and eks.amazonaws.com/compute-type: fargate',
  inPod: (spec) => [...selector(spec), ...affinity(spec), ...fixed(spec)],
};

function selector({ nodeSelector = {} }: LintedPodSpec): Hit[] {
  return Object.entries(nodeSelector)
    .filter(([key, value]) => !meets({ key, operator: 'In', values: [value] }))
    .map(([key, value]) => ({ field: `nodeSelector['${key}']`, saw: value }));
}

/** Terms are alternatives: one that Fargate's nodes meet is enough. */
function affinity({ affinity }: LintedPodSpec): Hit[] {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  if (terms.length === 0 || terms.some(({ matchExpressions = [] }) => matchExpressions.every(meets))) return [];
  const unmet = terms.flatMap(({ matchExpressions = [] }) => matchExpressions.filter((one) => !meets(one)));
  const saw = unmet.map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(', ')}`.trim());
  const path = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
  return [{ field: `${path}.nodeSelectorTerms`, saw: saw.join(' or ') }];
}

function fixed({ nodeName, os }: LintedPodSpec): Hit[] {
  return [
    ...(nodeName ? [{ field: 'nodeName', saw: nodeName }] : []),
    ...(os?.name && os.name !== 'linux' ? [{ field: 'os.name', saw: os.name }] : []),
  ];
}

/** Whether a Fargate node can meet an expression of a node selector. */
function meets({ key, operator, values = [] }: NodeExpression): boolean {
  const value = LABELS[key];
  const there = value !== undefined || ANY_VALUE.has(key);
  switch (operator) {
    case 'In':
      return value === undefined ? there : values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return there;
    case 'DoesNotExist':
      return !there;
    default:
      // Gt and Lt compare numbers, and no label of its nodes is one.
      return false;
  }
}
