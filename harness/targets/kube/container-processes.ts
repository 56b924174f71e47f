/** A process as a container sees it, by proc_pid_status(5). */
export interface ContainerProcess {
  pid: number;
  /** 0: the container's first, or one that was started from outside (exec). */
  parent: number;
  /** The kernel's letter: R, S, D, T (stopped), Z (has ended). */
  state: string;
}

/** Tells of all processes in a container, for {@link ownProcesses}. One that ends meanwhile is passed over. */
export const LOOK_AT_PROCESSES = ['sh', '-c', "grep -hsE '^(State|Pid|PPid):' /proc/[0-9]*/status || true"];

/**
 * The container's own processes in what {@link LOOK_AT_PROCESSES} said: the first one and its descendants, parents before their children. Not those that
 * have ended, and not those that were started from outside with all that they started.
 */
export function ownProcesses(text: string): ContainerProcess[] {
  const all = text
    .split(/^(?=State:)/m)
    .map((entry) => ({
      pid: field(entry, 'Pid'),
      parent: field(entry, 'PPid'),
      state: entry.match(/^State:\s*(\w)/)?.[1] ?? '',
    }))
    .filter(({ pid, parent }) => !Number.isNaN(pid) && !Number.isNaN(parent));
  const own = all.filter(({ pid }) => pid === 1);
  for (const { pid } of own) own.push(...all.filter(({ parent }) => parent === pid));
  return own.filter(({ state }) => state !== 'Z');
}

/** Whether a container stands still: all its own processes do, but for a first one that has others to run and only looks after them (tini). */
export function standsStill(own: readonly ContainerProcess[]): boolean {
  const [first, ...others] = own;
  return first !== undefined && (others.length > 0 ? others.every(isStopped) : isStopped(first));
}

export function isStopped({ state }: ContainerProcess): boolean {
  return state === 'T';
}

/** `1 S, 7 T`: pid and state of each. */
export function inWords(processes: readonly ContainerProcess[]): string {
  return processes.map(({ pid, state }) => `${pid} ${state}`).join(', ') || 'no process';
}

function field(entry: string, name: string): number {
  return Number(entry.match(new RegExp(`^${name}:\\s*(\\d+)$`, 'm'))?.[1] ?? Number.NaN);
}
