import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { CommandError, run } from './shell.ts';

/** The process that something was made for, as one word: `<host>/<pid namespace>/<pid>/<start>`. */
export type Owner = string;

/** Whether the process behind an {@link Owner} still runs; `elsewhere`: on another machine, or behind a wall where its pid means nothing to us. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';

/** This process, for the label of what it makes. */
export async function ownerOfThis(): Promise<Owner> {
  return [...here(), process.pid, (await startOf(process.pid)) ?? ''].join('/');
}

/** Asks the machine, if it is this one. A pid that was given to another process since is told by its start. */
export async function stateOf(owner: Owner): Promise<OwnerState> {
  const [host, namespace, pid, start] = owner.split('/');
  const [ourHost, ourNamespace] = here();
  if (host !== ourHost || namespace !== ourNamespace) return 'elsewhere';
  return start !== '' && (await startOf(Number(pid))) === start ? 'alive' : 'dead';
}

/** Host and pid namespace; containers of one host have namespaces of their own. */
function here(): [host: string, namespace: string] {
  const namespace = onLinux(() => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, ''));
  return [hostname().replaceAll(/[^\w.-]/g, '-'), namespace ?? ''];
}

/** When a process started, as a word that no other process has: ticks since a boot, and which boot. undefined: there is none. */
async function startOf(pid: number): Promise<string | undefined> {
  const boot = onLinux(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8));
  if (boot !== undefined) {
    // The name, in brackets, may hold spaces; the start is the 22nd field, the 20th after it. A zombie (Z) has ended.
    const fields = onLinux(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
      ?.replace(/^.*\) /s, '')
      .split(' ');
    return fields && fields[0] !== 'Z' ? `${boot}.${fields[19]}` : undefined;
  }
  try {
    const started = await run(['ps', '-o', 'lstart=', '-p', String(pid)]);
    return started.trim().replaceAll(/\W+/g, '-') || undefined;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** What a file of /proc says; undefined where there is none. */
function onLinux(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
