import { EnvironmentError } from '../core/trouble.ts';
import { ownerOfThis } from './owner.ts';
import { CommandError, pipe, type RunOptions, run } from './shell.ts';

/** Every container and network of this project carries it; `npm run down` finds them by it. */
export const LABEL = 'io.github.efk-sidecar-harness';
/** The process that a container or network was started for; those that outlive their process do not carry it. */
export const OWNER_LABEL = `${LABEL}.owner`;

/** Docker did not answer, or refused. */
export class DockerUnavailable extends Error {
  constructor(why: string) {
    super(
      `Docker does not answer: ${why}\nstart it (for instance: sudo systemctl start docker), or see: npm run doctor`,
    );
    this.name = 'DockerUnavailable';
  }
}

/** Version of the Docker server; throws {@link DockerUnavailable}. */
export async function dockerVersion(): Promise<string> {
  try {
    return (await run(['docker', 'version', '--format', '{{.Server.Version}}'], { withinMs: 15_000 })).trim();
  } catch (error) {
    if (error instanceof CommandError) throw new DockerUnavailable(lastLine(error.output) || error.message);
    throw error;
  }
}

/** What Docker says about itself. */
export async function dockerInfo(): Promise<{ memoryBytes: number; cpus: number; root: string }> {
  const info = JSON.parse(await run(['docker', 'info', '--format', '{{json .}}'], { withinMs: 15_000 }));
  return { memoryBytes: info.MemTotal, cpus: info.NCPU, root: info.DockerRootDir };
}

/** Id of a local image, or undefined. */
export async function imageId(image: string): Promise<string | undefined> {
  try {
    return (await run(['docker', 'image', 'inspect', '--format', '{{.Id}}', image])).trim();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1) return undefined;
    throw error;
  }
}

/** Pulls an image unless it is here. */
export async function ensureImage(image: string, options: RunOptions = {}): Promise<void> {
  if (await imageId(image)) return;
  try {
    await run(['docker', 'pull', image], { withinMs: 900_000, ...options });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new EnvironmentError(
      `the image ${image} is not here and could not be pulled: ${lastLine(error.output)}\ncheck the network, or name another one (npm run e2e -- --help lists the variables)`,
    );
  }
}

export interface BuildOptions extends RunOptions {
  context: string;
  dockerfile: string;
  tag: string;
  /** The Dockerfile's ARGs. */
  args?: Record<string, string>;
}

/** Builds an image; Docker's own layer cache does the rest. */
export async function buildImage({ context, dockerfile, tag, args = {}, ...options }: BuildOptions): Promise<void> {
  const labels = ['--label', `${LABEL}=image`];
  const told = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await run(['docker', 'build', '--tag', tag, ...labels, ...told, '--file', dockerfile, context], {
    withinMs: 1_200_000,
    ...options,
  });
}

/** Runs a command in a running container and returns its stdout. */
export async function execIn(container: string, command: readonly string[], options: RunOptions = {}): Promise<string> {
  const interactive = options.input === undefined ? [] : ['-i'];
  return run(['docker', 'exec', ...interactive, container, ...command], options);
}

/** Carries local images into the containerd of a running cluster container. */
export async function importImages(images: readonly string[], container: string, signal?: AbortSignal): Promise<void> {
  const load = ['docker', 'exec', '-i', container, 'ctr', '-n', 'k8s.io', 'images', 'import', '-'];
  await pipe(['docker', 'save', ...images], load, 300_000, signal);
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

/** A container of ours that is there, running or not. */
export interface Found {
  id: string;
  name: string;
  state: string;
  /** The reference that it was started from. */
  image: string;
  labels: Record<string, string>;
}

/** All containers of this project, by label. */
export async function ourContainers(): Promise<Found[]> {
  const lines = await run(['docker', 'ps', '-a', '--no-trunc', '--filter', `label=${LABEL}`, '--format', '{{json .}}']);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { ID, Names, State, Labels, Image } = JSON.parse(line);
      return { id: ID, name: Names, state: State, image: Image, labels: labelsIn(Labels) };
    });
}

/** All networks of this project, by label. */
export function ourNetworks(): Promise<Pick<Found, 'name' | 'labels'>[]> {
  return ourOthers('network');
}

/** All volumes of this project, by label. */
export function ourVolumes(): Promise<Pick<Found, 'name' | 'labels'>[]> {
  return ourOthers('volume');
}

async function ourOthers(kind: 'network' | 'volume'): Promise<Pick<Found, 'name' | 'labels'>[]> {
  const lines = await run(['docker', kind, 'ls', '--filter', `label=${LABEL}`, '--format', '{{json .}}']);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ Name, Labels }) => ({ name: Name, labels: labelsIn(Labels) }));
}

/** `a=1,b=2`, as Docker lists labels. */
function labelsIn(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));
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

/** Removes containers with their volumes, at once. */
export async function removeContainers(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run(['docker', 'rm', '--force', '--volumes', ...ids], { withinMs: 120_000 });
}

export async function removeNetworks(names: readonly string[]): Promise<void> {
  if (names.length > 0) await run(['docker', 'network', 'rm', ...names]);
}

export async function removeVolumes(names: readonly string[]): Promise<void> {
  if (names.length > 0) await run(['docker', 'volume', 'rm', '--force', ...names]);
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

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}
