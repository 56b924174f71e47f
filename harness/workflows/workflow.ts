/** A workflow of GitHub Actions, as far as it is looked at. */
export interface Workflow {
  on?: unknown;
  permissions?: unknown;
  env?: Record<string, unknown>;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

export interface Job {
  needs?: string | string[];
  if?: unknown;
  permissions?: unknown;
  env?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  'timeout-minutes'?: unknown;
  steps?: Step[];
  [key: string]: unknown;
}

export interface Step {
  id?: string;
  name?: string;
  if?: unknown;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Notes what is wrong at a place: `job e2e, step 3`. */
export type Say = (place: string, what: string) => void;

export function needsOf({ needs = [] }: Job): string[] {
  return [needs].flat();
}

/** Every text below a value. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : [];
}

/** Inputs that a workflow may be started with, by name. */
function inputs({ on }: Workflow): Map<string, { default?: unknown } | null> {
  const triggers = (on ?? {}) as Record<string, { inputs?: Record<string, { default?: unknown } | null> } | null>;
  return new Map(
    ['workflow_dispatch', 'workflow_call'].flatMap((name) => Object.entries(triggers[name]?.inputs ?? {})),
  );
}

export function inputsOf(workflow: Workflow): string[] {
  return [...inputs(workflow).keys()];
}

/** What an input is unless told; undefined where it has no default. */
export function inputDefault(workflow: Workflow, name: string): unknown {
  return inputs(workflow).get(name)?.default;
}
