import { LABEL, OWNER_LABEL, removeContainers } from './ours.ts';
import { ownerOfThis } from './owner.ts';
import { type RunOptions, run } from './shell.ts';

/** Runs a command in a running container and returns its stdout. */
export async function execIn(container: string, command: readonly string[], options: RunOptions = {}): Promise<string> {
  const interactive = options.input === undefined ? [] : ['-i'];
  return run(['docker', 'exec', ...interactive, container, ...command], options);
}

/** Runs a program of an image once, on copies of host folders (also where Docker is on another machine). Returns its stdout. */
export async function runOnce(
  image: string,
  program: string,
  args: readonly string[],
  copies: readonly [string, string][],
): Promise<string> {
  const labels = ['--label', LABEL, '--label', `${OWNER_LABEL}=${await ownerOfThis()}`];
  const id = (await run(['docker', 'create', ...labels, '--entrypoint', program, image, ...args])).trim();
  try {
    for (const [from, to] of copies) await run(['docker', 'cp', '--quiet', from, `${id}:${to}`]);
    return await run(['docker', 'start', '--attach', id]);
  } finally {
    await removeContainers([id]);
  }
}

/** Stops a container's process, by SIGTERM and after 10 s by SIGKILL, and starts it again. */
export async function restartContainer(name: string): Promise<void> {
  await run(['docker', 'restart', name], { withinMs: 60_000 });
}

/** Kills a container's process (SIGKILL), waits for its end and returns its exit code; 137 where the signal ended it. */
export async function killContainer(name: string): Promise<number> {
  await run(['docker', 'kill', '--signal', 'KILL', name], { withinMs: 30_000 });
  return Number(await run(['docker', 'wait', name], { withinMs: 30_000 }));
}

/** Starts a container that has ended; its address and the ports that Docker picked may be others then. */
export async function startContainer(name: string): Promise<void> {
  await run(['docker', 'start', name], { withinMs: 60_000 });
}

/** Address of a container on a network, and its published ports on the host. */
export async function addressOf(
  container: string,
  network: string,
): Promise<{ ip: string; ports: Record<string, number> }> {
  const [found] = JSON.parse(await run(['docker', 'inspect', container]));
  const ports: Record<string, number> = {};
  for (const [port, bindings] of Object.entries<{ HostPort: string }[] | null>(found.NetworkSettings.Ports)) {
    if (bindings?.[0]) ports[port.replace('/tcp', '')] = Number(bindings[0].HostPort);
  }
  return { ip: found.NetworkSettings.Networks[network]?.IPAddress ?? '', ports };
}
