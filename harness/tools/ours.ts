import { run } from './shell.ts';

/** Every container and network of this project carries it; `npm run down` finds them by it. */
export const LABEL = 'io.github.efk-sidecar-harness';
/** The process that a container or network was started for; those that outlive their process do not carry it. */
export const OWNER_LABEL = `${LABEL}.owner`;

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
