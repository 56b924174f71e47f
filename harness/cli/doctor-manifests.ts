import pc from 'picocolors';
import { FARGATE_PRICE } from '../core/fargate.ts';
import { unequalLimits } from '../core/fargate-lint/limits.ts';
import { fargateLint } from '../core/fargate-lint/lint.ts';
import { type LintedObject, podOf } from '../core/fargate-lint/objects.ts';
import { podSize } from '../core/fargate-lint/pod-size.ts';
import { EXIT, UsageError } from '../core/trouble.ts';
import { renderHere } from '../targets/embedded/render-here.ts';
import { findPipeline, unreadFolders } from '../targets/kube/pipeline.ts';
import { ROOT } from './root.ts';

/**
 * `npm run doctor -- --manifests DIR`: what Fargate would refuse in a folder of manifests, a line each with its fix, what it would not keep, what was not
 * looked at, and the size and price of every pod. Returns the exit code. Throws {@link UsageError} for a folder that cannot be read, or holds nothing that makes pods.
 */
export async function doctorManifests(folder: string, print: (line: string) => void): Promise<number> {
  const { objects, unread } = await read(folder);
  const findings = fargateLint(objects);
  for (const { object, field, saw, why, fix } of findings)
    print(`${pc.red('✘')} ${object}: ${field} is ${saw}: Fargate refuses it, as ${why}\n    mend: ${fix}`);
  const sizes = objects.flatMap((object) => sizeLine(object) ?? []);
  if (sizes.length === 0 && findings.length === 0)
    throw new UsageError(`the manifests in ${folder} hold nothing that makes pods: ${kindsOf(objects)}`);
  for (const line of sizes) print(line);
  for (const object of objects) for (const line of limitLines(object)) print(line);
  for (const one of unread)
    print(`${pc.yellow('!')} ${one} holds manifests too, and was not looked at: --manifests ${one}`);
  if (findings.length === 0) print(`${pc.green('✔')} ${objects.length} objects: nothing that Fargate refuses`);
  return findings.length > 0 ? EXIT.broken : EXIT.pass;
}

async function read(folder: string): Promise<{ objects: LintedObject[]; unread: string[] }> {
  try {
    const source = findPipeline(folder, ROOT);
    return { objects: await renderHere(source), unread: unreadFolders(source) };
  } catch (error) {
    // Of a file or folder: not there, not ours to read, not what its name says.
    if (error instanceof Error && !(error instanceof UsageError) && 'code' in error)
      throw new UsageError(`the manifests in ${folder} cannot be read: ${error.message}`);
    throw error;
  }
}

function kindsOf(objects: readonly LintedObject[]): string {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`).join(', ') || 'they are empty';
}

/** The size that Fargate would pick, and what it costs; undefined for what makes no pods there. */
function sizeLine(object: LintedObject): string | undefined {
  const pod = podOf(object);
  if (!pod || object.kind === 'DaemonSet') return undefined;
  const size = podSize(pod.spec);
  const name = `${object.kind} ${object.metadata?.name}`;
  if (!size) return `${pc.yellow('!')} ${name}: Fargate has no pod of that size`;
  const { vcpu, memoryGiB, storageGiB, monthly } = size;
  const { asOf, region } = FARGATE_PRICE;
  const replicas = (object.spec as { replicas?: number | null } | undefined)?.replicas ?? 1;
  const all = replicas === 1 ? '' : `, ${dollars(monthly * replicas)} for ${replicas}`;
  return `${pc.dim('·')} ${name}: on Fargate a pod of ${vcpu} vCPU, ${memoryGiB} GB and ${storageGiB} GB of storage: ${dollars(monthly)} a month${all} (${region}, prices of ${asOf}, running all the time)`;
}

function limitLines(object: LintedObject): string[] {
  return unequalLimits(object).map(
    ({ field, request, limit }) =>
      `${pc.yellow('!')} ${object.kind} ${object.metadata?.name}: ${field} is ${limit}, its request ${request}: Fargate makes the pod as large as its requests, so let them be equal`,
  );
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
