import { inputsOf, type Job, needsOf, type Say, type Step, textsOf, type Workflow } from './workflow.ts';

// https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
const WORKFLOW_ENV = ['github', 'secrets', 'inputs', 'vars'];
const CONCURRENCY = ['github', 'inputs', 'vars'];
const JOB_IF = ['github', 'needs', 'vars', 'inputs'];
const JOB = [...JOB_IF, 'strategy', 'matrix'];
const STEP_IF = [...JOB, 'job', 'runner', 'env', 'steps'];
const FUNCTIONS = ['contains', 'startsWith', 'endsWith', 'format', 'join', 'toJSON', 'fromJSON', 'case'];
const STATUS = ['always', 'success', 'failure', 'cancelled'];
const LITERALS = ['true', 'false', 'null', 'NaN', 'Infinity'];

/** What the expressions of a place may name. `steps` are those before it. */
interface Scope {
  contexts: readonly string[];
  functions: readonly string[];
  workflow: Workflow;
  job?: Job;
  steps?: readonly Step[];
  step?: Step;
}

/** Expressions name contexts, functions, inputs, jobs, steps and outputs that there are where they stand. */
export function checkExpressions(workflow: Workflow, say: Say): void {
  const look = (place: string, value: unknown, scope: Omit<Scope, 'workflow' | 'functions'>, functions = FUNCTIONS) => {
    for (const text of textsOf(value))
      for (const expression of expressionsOf(text))
        check(expression, { ...scope, workflow, functions }, (what) => say(place, what));
  };
  look('env', workflow.env, { contexts: WORKFLOW_ENV });
  look('concurrency', workflow.concurrency, { contexts: CONCURRENCY });
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const { if: when, env, outputs, steps = [], ...rest } = job;
    const place = `job ${name}`;
    for (const needed of needsOf(job))
      if (!workflow.jobs[needed]) say(place, `needs ${needed}, and there is no such job`);
    look(place, braced(when), { contexts: JOB_IF, job }, [...FUNCTIONS, ...STATUS]);
    look(place, env, { contexts: [...JOB, 'secrets'], job });
    look(place, outputs, { contexts: [...STEP_IF, 'secrets'], job, steps });
    look(place, rest, { contexts: JOB, job });
    for (const [i, step] of steps.entries()) {
      const { if: stepWhen, ...others } = step;
      const scope = { job, steps: steps.slice(0, i), step };
      const functions = [...FUNCTIONS, 'hashFiles'];
      look(`${place}, step ${i + 1}`, braced(stepWhen), { ...scope, contexts: STEP_IF }, [...functions, ...STATUS]);
      look(`${place}, step ${i + 1}`, others, { ...scope, contexts: [...STEP_IF, 'secrets'] }, functions);
    }
  }
}

/** What stands between `${{` and `}}`; one that is not closed is given as it is. */
export function expressionsOf(text: string): string[] {
  return text
    .split('${{')
    .slice(1)
    .map((rest) => (rest.includes('}}') ? rest.slice(0, rest.indexOf('}}')) : `${rest} (not closed)`));
}

/** An `if` is an expression also without braces. */
function braced(when: unknown): unknown {
  return typeof when === 'string' && !when.includes('${{') ? `\${{ ${when} }}` : when;
}

function check(expression: string, scope: Scope, say: (what: string) => void): void {
  if (expression.endsWith('(not closed)')) {
    say(`\${{ is not closed by }}`);
    return;
  }
  const bare = expression.replace(/'(?:[^']|'')*'/g, "''");
  if (bare.includes('"')) say(`a text in double quotes in \${{${expression}}}: expressions have single ones`);
  for (const [path, called] of namesOf(bare))
    if (called) {
      if (!scope.functions.includes(path)) say(`${path}(): no function that may be called here`);
    } else checkPath(path.split('.'), scope, say);
}

/** `github.ref` and `always`, with whether it is called. */
function namesOf(bare: string): [path: string, called: boolean][] {
  return [...bare.matchAll(/(?<![\w.'-])([A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*)*)\s*(\()?/g)]
    .filter(([, path]) => !LITERALS.includes(path!))
    .map(([, path, paren]) => [path!, paren !== undefined]);
}

function checkPath(path: readonly string[], scope: Scope, say: (what: string) => void): void {
  const { contexts, workflow, job, steps = [], step } = scope;
  const [context, name, kind, output] = path as [string, string?, string?, string?];
  const text = path.join('.');
  if (!contexts.includes(context)) say(`${text}: the context ${context} is not to be had here`);
  if (!contexts.includes(context) || name === undefined) return;
  if (context === 'inputs' && !inputsOf(workflow).includes(name)) say(`${text}: no input of that name`);
  if (context === 'env' && ![workflow.env, job?.env, step?.env].some((env) => env && name in env))
    say(`${text}: no variable of that name is set`);
  if (context === 'needs') {
    if (!job || !needsOf(job).includes(name)) say(`${text}: ${name} is not among the jobs that this one needs`);
    else if (kind === 'outputs' && output && !workflow.jobs[name]?.outputs?.[output])
      say(`${text}: the job ${name} has no output ${output}`);
  }
  if (context === 'steps') {
    const found = steps.find(({ id }) => id === name);
    if (!found) say(`${text}: no step before this one has the id ${name}`);
    else if (
      kind === 'outputs' &&
      output &&
      found.run !== undefined &&
      !new RegExp(`\\b${output}(=|<<)`).test(found.run)
    )
      say(`${text}: the step ${name} writes no output ${output}`);
  }
}
