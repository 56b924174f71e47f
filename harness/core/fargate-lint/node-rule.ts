import {
  type LintedObject,
  type LintedPodSpec,
  type NodeExpression,
  type NodeTerm,
  podAnnotations,
} from './objects.ts';
import type { Hit, Rule } from './rule.ts';

/** A node's label, and an annotation of pods. */
const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';

/** Labels of a Fargate node that have one value; further ones have some value, which the pod does not choose. */
const LABELS: Record<string, string> = {
  [COMPUTE_TYPE]: 'fargate',
  'kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/arch': 'amd64',
  'kubernetes.io/os': 'linux',
  'beta.kubernetes.io/os': 'linux',
};
/** One for each node, which is made after the pod that it is for. */
const NAME = 'kubernetes.io/hostname';
const ANY_VALUE = new Set([
  NAME,
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);

/**
 * A pod that insists on a node that Fargate does not have: ARM, Windows, a node group, an instance type, a name. Affinity and spread between pods do not
 * count: each pod has a VM anyway.
 */
export const NODE_RULE: Rule = {
  name: 'node',
  why: 'its nodes are Linux on amd64, made for the pod, and have no labels but their own',
  fix: 'take it away, or let it allow amd64 and eks.amazonaws.com/compute-type: fargate',
  inPod: (spec) => [...selector(spec), ...affinity(spec), ...fixed(spec)],
  inObject: elsewhere,
};

/** EKS's own CoreDNS has the annotation at first, "to be removed to run on Fargate": EKS User Guide, "Get started with AWS Fargate for your cluster". */
function elsewhere(object: LintedObject): Hit[] {
  const { path, annotations } = podAnnotations(object);
  const type = annotations[COMPUTE_TYPE];
  return type === 'ec2' ? [{ field: `${path}['${COMPUTE_TYPE}']`, saw: type }] : [];
}

function selector({ nodeSelector = {} }: LintedPodSpec): Hit[] {
  return Object.entries(nodeSelector)
    .filter(([key, value]) => !meets({ key, operator: 'In', values: [value] }))
    .map(([key, value]) => ({ field: `nodeSelector['${key}']`, saw: value }));
}

/** Terms are alternatives: one that Fargate's nodes meet is enough. */
function affinity({ affinity }: LintedPodSpec): Hit[] {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  const unmet = terms.map(unmetIn);
  if (terms.length === 0 || unmet.some(({ length }) => length === 0)) return [];
  const path = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
  return [{ field: `${path}.nodeSelectorTerms`, saw: unmet.flat().join(' or ') }];
}

/** What in a term no Fargate node meets; fields are those of the node itself: its name. */
function unmetIn({ matchExpressions = [], matchFields = [] }: NodeTerm): string[] {
  if (matchExpressions.length + matchFields.length === 0) return ['a term that asks for nothing, which no node meets'];
  const unmet = [
    ...matchExpressions.filter((one) => !meets(one)),
    ...matchFields.filter(({ operator }) => operator === 'In'),
  ];
  return unmet.map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(', ')}`.trim());
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
      return value === undefined ? there && key !== NAME : values.includes(value);
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
