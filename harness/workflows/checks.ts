import { checkCommands, checkEnd, type House } from './commands.ts';
import { checkExpressions } from './expressions.ts';
import type { Job, Say, Workflow } from './workflow.ts';

/** Triggers that run the code of strangers with the rights of the repository. */
const DANGEROUS = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** What is wrong with a workflow, each with its place; empty: nothing was found. */
export function checkWorkflow(workflow: Workflow, house: House): string[] {
  const findings: string[] = [];
  const say: Say = (place, what) => void findings.push(`${place}: ${what}`);
  const triggers = Object.keys(workflow.on && typeof workflow.on === 'object' ? workflow.on : {});
  if (triggers.length === 0) say('on', 'expected a map of triggers');
  for (const trigger of triggers.filter((one) => DANGEROUS.includes(one)))
    say('on', `${trigger} runs the code of strangers with the rights of the repository`);
  if (!workflow.concurrency) say('concurrency', 'expected a group');
  checkRights('permissions', workflow.permissions, ['contents: read'], say);
  for (const [name, job] of Object.entries(workflow.jobs)) checkJob(name, job, say);
  checkExpressions(workflow, say);
  checkCommands(workflow, house, say);
  checkEnd(workflow, say);
  return findings;
}

function checkJob(name: string, job: Job, say: Say): void {
  const place = `job ${name}`;
  const { permissions, steps = [] } = job;
  if (typeof job['timeout-minutes'] !== 'number') say(place, 'expected timeout-minutes');
  const assumes = steps.some(({ with: given }) => given && 'role-to-assume' in given);
  const asksGitHub = steps.some(({ run }) => /\bgh run\b/.test(run ?? ''));
  const rights = ['contents: read', ...(assumes ? ['id-token: write'] : []), ...(asksGitHub ? ['actions: read'] : [])];
  if (permissions !== undefined) checkRights(`${place}, permissions`, permissions, rights, say);
  const given = (permissions ?? { contents: 'read' }) as Record<string, string>;
  for (const right of rights) {
    const [scope, level] = right.split(': ') as [string, string];
    if (given[scope] !== level) say(`${place}, permissions`, `expected ${right}, as a step needs it`);
  }
  const ids = new Set<string>();
  for (const [i, { id, uses, run, with: options }] of steps.entries()) {
    const at = `${place}, step ${i + 1}`;
    if ((uses === undefined) === (run === undefined)) say(at, 'expected either uses or run');
    if (id !== undefined && !/^[A-Za-z_][\w-]*$/.test(id)) say(at, `"${id}" is no id`);
    if (id !== undefined && ids.has(id)) say(at, `the id ${id} is there already`);
    if (id !== undefined) ids.add(id);
    if (uses !== undefined && !pinned(uses)) say(at, `${uses} is not pinned: expected the full SHA of a commit`);
    if (uses?.startsWith('actions/checkout@') && options?.['persist-credentials'] !== false)
      say(at, 'leaves the token in .git: expected persist-credentials: false');
  }
}

function pinned(uses: string): boolean {
  return (
    uses.startsWith('./') ||
    /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses) ||
    /^docker:\/\/.+@sha256:[0-9a-f]{64}$/.test(uses)
  );
}

/** Rights are a map, and no more than is allowed. */
function checkRights(place: string, rights: unknown, allowed: readonly string[], say: Say): void {
  if (rights === null || typeof rights !== 'object') {
    say(
      place,
      `expected a map of rights, got ${rights === undefined ? 'none, which is all that the repository gives' : rights}`,
    );
    return;
  }
  for (const [scope, level] of Object.entries(rights))
    if (level !== 'none' && !allowed.includes(`${scope}: ${level}`))
      say(place, `${scope}: ${level} is more than is needed`);
}
