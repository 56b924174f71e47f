import { LABEL } from '../tools/ours.ts';
import { run } from '../tools/shell.ts';
import type { DevPart, PartState } from './stack.ts';

/** The `name` of docker-compose.yml. */
export const PROJECT = 'efk-sidecar';

/** The service of docker-compose.yml that each part is. */
export const SERVICES: Record<DevPart, string> = {
  application: 'test-repo',
  fluentd: 'fluentd-sidecar',
  edge: 'edge',
  engine: 'opensearch',
  dashboards: 'dashboards',
};

/** Label of the application with the file that is written into, where that is not the sample application's. */
export const LOG_FILE_LABEL = `${LABEL}.log-file`;

/** What `docker inspect` tells of a container, as far as it is read here. */
export interface Inspected {
  Id: string;
  Name: string;
  State: { Status: string; StartedAt: string; ExitCode: number; OOMKilled?: boolean; Health?: { Status: string } };
  Config: { Labels: Record<string, string>; Env: string[] | null };
  HostConfig: { PortBindings: Record<string, { HostPort: string }[] | null> | null };
  Mounts: { Source: string; Destination: string }[];
}

/** The project's containers by part, running or not. */
export async function containersOf(project: string = PROJECT): Promise<Partial<Record<DevPart, Inspected>>> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const ids = (await run(['docker', 'ps', '--all', '--quiet', '--no-trunc', ...filter])).split('\n').filter(Boolean);
  if (ids.length === 0) return {};
  const found: Inspected[] = JSON.parse(await run(['docker', 'inspect', ...ids]));
  return Object.fromEntries(
    Object.entries(SERVICES).flatMap(([part, service]) => {
      const one = found.find(({ Config }) => Config.Labels['com.docker.compose.service'] === service);
      return one ? [[part, one]] : [];
    }),
  );
}

/** How a part does, from what Docker tells of its container; `now` in ms since the epoch. */
export function partState(part: DevPart, container: Inspected | undefined, now: number): PartState {
  if (!container) return { part, state: 'absent', saw: 'not started' };
  const { Status, StartedAt, ExitCode, OOMKilled, Health } = container.State;
  if (Status === 'exited' || Status === 'dead')
    return { part, state: 'ended', saw: `ended with exit code ${ExitCode}${OOMKilled ? ', out of memory' : ''}` };
  if (Status !== 'running' && Status !== 'paused') return { part, state: 'starting', saw: Status };
  const since = `${Status} since ${Math.max(0, Math.round((now - Date.parse(StartedAt)) / 1000))} s`;
  if (!Health || Health.Status === 'none') return { part, state: 'running', saw: since };
  return { part, state: Health.Status === 'starting' ? 'starting' : 'running', saw: `${since}, ${Health.Status}` };
}

/** The port of the host that a container's port is published at, also while the container does not run. */
export function hostPort({ HostConfig }: Inspected, port: number): number | undefined {
  const bound = HostConfig.PortBindings?.[`${port}/tcp`]?.[0]?.HostPort;
  return bound ? Number(bound) : undefined;
}

/** A variable of a container. */
export function variable({ Config }: Inspected, name: string): string | undefined {
  return Config.Env?.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
