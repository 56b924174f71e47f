import { expressionsOf } from './expressions.ts';
import { inputDefault, type Job, type Say, type Step, type Workflow } from './workflow.ts';

/** What the project has that a workflow may name. */
export interface House {
  /** Names of the scripts of package.json. */
  scripts: readonly string[];
  /** Names of the variables that begin with EFK_. */
  variables: readonly string[];
  /** Complains of arguments that a script's command line does not take; undefined where it takes them. */
  refuses(script: string, words: readonly string[]): string | undefined;
}

/** A call of `npm run`: the script, and the words behind `--`. */
export interface ScriptCall {
  script: string;
  words: string[];
}

/** Scripts, flags and variables that a `run` names are there, nothing is put into its text, and no secret is printed. */
export function checkCommands(workflow: Workflow, house: House, say: Say): void {
  const known = (place: string, env: Record<string, unknown> | undefined) => {
    for (const name of Object.keys(env ?? {}))
      if (name.startsWith('EFK_') && !house.variables.includes(name))
        say(place, `${name} is no variable of the project`);
  };
  known('env', workflow.env);
  for (const [name, job] of Object.entries(workflow.jobs)) {
    known(`job ${name}`, job.env);
    for (const [i, step] of (job.steps ?? []).entries()) {
      const place = `job ${name}, step ${i + 1}`;
      known(place, step.env);
      const env = { ...workflow.env, ...job.env, ...step.env };
      checkRun(step, { env, workflow, house }, (what) => say(place, what));
    }
  }
}

interface Seen {
  env: Record<string, unknown>;
  workflow: Workflow;
  house: House;
}

function checkRun({ run, with: given }: Step, { env, workflow, house }: Seen, say: (what: string) => void): void {
  for (const script of [run, given?.['script']])
    if (typeof script === 'string')
      for (const expression of expressionsOf(script))
        say(`\${{${expression}}} is put into a script, where it may be code: hand it over by env`);
  if (run === undefined) return;
  for (const name of new Set(run.match(/\bEFK_\w+/g)))
    if (!house.variables.includes(name)) say(`${name} is no variable of the project`);
  for (const [name, value] of Object.entries(env))
    if (/secrets\.|github\.token/.test(String(value)) && prints(run, name)) say(`prints ${name}, which holds a secret`);
  for (const call of scriptCalls(run)) {
    const { script } = call;
    const words = call.words.map((word) => filledIn(word, env, workflow));
    const complaint = house.scripts.includes(script) ? house.refuses(script, words) : 'no script of that name';
    if (complaint !== undefined) say(`npm run ${[script, ...words].join(' ')}: ${complaint}`);
  }
}

function prints(run: string, name: string): boolean {
  return new RegExp(`\\b(echo|printf)\\b.*\\$\\{?${name}\\b`).test(run);
}

/** A word with the variables of env in it; one of an input has the input's default. What only the shell knows stays as it is. */
function filledIn(word: string, env: Record<string, unknown>, workflow: Workflow): string {
  return word.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
    const value = env[name];
    if (value === undefined) return whole;
    const [, input] = String(value).match(/^\$\{\{\s*inputs\.([\w-]+)\b/) ?? [];
    return String((input === undefined ? value : inputDefault(workflow, input)) ?? whole);
  });
}

const CALL = /\bnpm (?:(?:run|run-script) )?((?:(?:-s|--silent) )*)([\w:-]+)(?: -- (.*))?/;

/** The calls of npm scripts in a shell script. Arrays that the shell spreads and redirections are left out. */
export function scriptCalls(run: string): ScriptCall[] {
  return run
    .replaceAll('\\\n', ' ')
    .split(/\n|;|&&|\|\||\|/)
    .flatMap((line) => {
      const [call = '', , script = '', behind = ''] = line.match(CALL) ?? [];
      if (!/\bnpm run/.test(call) && script !== 'test') return [];
      const all = [...behind.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
      const redirected = all.findIndex(([, , , bare]) => /^\d?[<>]/.test(bare ?? ''));
      const words = all
        .slice(0, redirected < 0 ? undefined : redirected)
        .map(([, double, single, bare]) => double ?? single ?? bare!)
        .filter((word) => !/^\$\{\w+\[@\]\}$/.test(word));
      return [{ script, words }];
    });
}

/** Whether a step of the job runs a script on AWS. */
export function runsOnAws({ run }: Step, script: string): boolean {
  return scriptCalls(run ?? '').some(
    (call) => call.script === script && /--target[ =]aws\b/.test(call.words.join(' ')),
  );
}

/** What is stood up on AWS is taken down in any case, and what was found out is kept in any case. */
export function checkEnd(workflow: Workflow, say: Say): void {
  for (const [name, { steps = [] }] of Object.entries(workflow.jobs) as [string, Job][]) {
    const anyway = ({ if: when }: Step) => /\balways\(\)/.test(String(when ?? ''));
    const stood = steps.findIndex((step) => ['e2e', 'load'].some((script) => runsOnAws(step, script)));
    if (stood >= 0 && !steps.slice(stood + 1).some((step) => anyway(step) && runsOnAws(step, 'down')))
      say(`job ${name}`, 'no step after the run on AWS is npm run down -- --target aws with if: always()');
    for (const [i, step] of steps.entries())
      if (step.uses?.startsWith('actions/upload-artifact@') && !anyway(step))
        say(`job ${name}, step ${i + 1}`, 'uploads only what went well: expected if: always()');
  }
}
