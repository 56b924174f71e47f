import type { LintedObject, LintedPodSpec } from './objects.ts';

/** One field that breaks a rule, and what stands there. */
export interface Hit {
  /** Below the pod's spec, or below the object. */
  field: string;
  saw: string;
}

/** One thing that Fargate refuses. */
export interface Rule {
  /** The admission policy's messages begin with it: manifests/admission. */
  name: string;
  why: string;
  fix: string;
  /** Looks at the spec of a pod, wherever it stands. */
  inPod?(spec: LintedPodSpec): Hit[];
  /** Looks at an object itself; `all`: the objects that are applied with it. */
  inObject?(object: LintedObject, all: readonly LintedObject[]): Hit[];
}
