import { basename, dirname, join } from 'node:path';
import { pause } from '../core/condition.ts';
import { EnvironmentError, UsageError } from '../core/trouble.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from '../targets/k3s/images.ts';
import { removeStack } from '../tools/belongings.ts';
import { freePort } from '../tools/free-port.ts';
import { obtainImage } from '../tools/images.ts';
import { lastWords } from '../tools/last-words.ts';
import { ownerOfThis } from '../tools/owner.ts';
import { CommandError, run } from '../tools/shell.ts';
import { composeFile, type OwnApplication } from './compose-file.ts';
import { containersOf, PROJECT, partState, SERVICES } from './compose-project.ts';
import { ComposeStack } from './compose-stack.ts';
import { DEV_PARTS } from './stack.ts';
import type { Started } from './started.ts';

/** The usual port of each variable of docker-compose.yml. */
export const USUAL_PORTS = {
  OPENSEARCH_PORT: 9200,
  EDGE_ADMIN_PORT: 9201,
  FLUENTD_MONITOR_PORT: 24220,
  DASHBOARDS_PORT: 5601,
} as const;
type PortVariable = keyof typeof USUAL_PORTS;

/** fluentd's CPUs while one works on its configuration: with the pod's 0.5 a dry run takes three seconds. */
export const WORKING_CPUS = '1';

export interface ComposeOptions {
  root: string;
  images: { opensearch: string; dashboards: string };
  /** Ports to take; the usual one, or a free one, where it is not named. */
  ports: Partial<Record<PortVariable, number>>;
  /** td-agent.conf on this machine. */
  configFile: string;
  linesPerSecond: number;
  own?: OwnApplication | undefined;
  /** Leave it up afterwards. */
  keep: boolean;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** Builds, starts and waits until every part runs. What was started is taken down where that fails. */
export async function startCompose(options: ComposeOptions): Promise<Started> {
  const { signal, keep } = options;
  await assertCompose(signal);
  const up = upCommand(await variables(options), options);
  try {
    const watching = new AbortController();
    const progress = sayStates(options, watching.signal);
    try {
      await run(up('opensearch', 'edge', 'fluentd-sidecar', 'test-repo'), {
        ...input(options),
        withinMs: 300_000,
        signal,
      });
    } finally {
      watching.abort();
      await progress;
    }
  } catch (error) {
    const why = signal.aborted ? error : await inWords(error);
    await removeStack(PROJECT);
    throw why;
  }
  const stack = await ComposeStack.find({ owned: !keep });
  if (!stack) throw new EnvironmentError('the Compose stack was taken down by somebody else while it came up');
  return {
    stack,
    startDashboards: async (ending) => {
      await run(up('dashboards'), { ...input(options), withinMs: 180_000, signal: ending });
      await stack.refresh();
    },
  };
}

async function assertCompose(signal: AbortSignal): Promise<void> {
  try {
    await run(['docker', 'compose', 'version'], { withinMs: 15_000, signal });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new EnvironmentError(
      'Docker Compose is not to be had: install its plugin (docs.docker.com/compose/install), or take npm run dev -- --target k3s',
      { cause: error },
    );
  }
}

/** Images and ports; an image that is missing is built or pulled first. */
async function variables(options: ComposeOptions): Promise<Record<string, string>> {
  const { root, images, own, signal, say } = options;
  say('looking for images');
  const recipes = ownRecipes(root);
  const present = (image: string) => obtainImage(image, { say, signal });
  const application = async () => {
    if (!own || !('image' in own)) return ensureBuilt(recipes.emitter, say, signal);
    await present(own.image);
    return own.image;
  };
  await present(images.opensearch);
  const edge = await ensureBuilt(recipes.edge, say, signal);
  const fluentd = await ensureBuilt(fluentdRecipe('delivered', join(root, 'fluentd')), say, signal);
  const ports = Object.entries(USUAL_PORTS).map(async ([name, usual]): Promise<[string, string]> => {
    const asked = options.ports[name as PortVariable];
    const port = asked ?? (await freePort(usual));
    if (asked === undefined && port !== usual)
      options.remark(`port ${usual} is taken: ${port} in its place; ${name} names another`);
    return [name, String(port)];
  });
  return {
    OPENSEARCH_IMAGE: images.opensearch,
    DASHBOARDS_IMAGE: images.dashboards,
    EDGE_IMAGE: edge,
    FLUENTD_IMAGE: fluentd,
    TEST_REPO_IMAGE: await application(),
    LINES_PER_SECOND: String(options.linesPerSecond),
    FLUENTD_CPUS: WORKING_CPUS,
    FLUENTD_CONF_FOLDER: dirname(options.configFile),
    FLUENTD_CONF: basename(options.configFile),
    ...(options.keep ? {} : { DEV_OWNER: await ownerOfThis() }),
    ...Object.fromEntries(await Promise.all(ports)),
  };
}

/** `docker compose up`, as one could paste it. */
function upCommand(variables: Record<string, string>, { root, own }: ComposeOptions) {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const file = own ? ['--project-directory', root, '--file', '-'] : ['--file', join(root, 'docker-compose.yml')];
  return (...services: string[]) => [
    ...['env', ...set, 'docker', 'compose', ...file],
    ...['up', '--detach', '--no-build', '--pull', 'never', '--no-recreate', ...services],
  ];
}

function input({ root, own }: ComposeOptions): { input?: string } {
  return own ? { input: JSON.stringify(composeFile(root, own)) } : {};
}

/** Says what is not up yet, until the signal. */
async function sayStates({ say }: ComposeOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const containers = await containersOf().catch(() => ({}) as Awaited<ReturnType<typeof containersOf>>);
    const states = DEV_PARTS.filter((part) => part !== 'dashboards').map((part) =>
      partState(part, containers[part], Date.now()),
    );
    const waiting = states.filter(({ state }) => state !== 'running').map(({ part, saw }) => `${part} ${saw}`);
    if (waiting.length > 0) say(`waiting for ${waiting.join(', ')}`);
    await pause(300, signal).catch(() => {});
  }
}

/** Why it did not come up: a container that ended tells by its last words. fluentd's and the application's own fault is one of the configuration. */
async function inWords(error: unknown): Promise<unknown> {
  if (!(error instanceof CommandError)) return error;
  const containers = await containersOf();
  for (const part of DEV_PARTS) {
    const container = containers[part];
    if (!container || partState(part, container, Date.now()).state !== 'ended') continue;
    const words = `${SERVICES[part]} ended with exit code ${container.State.ExitCode}; its last words:\n${await lastWords(container.Id)}`;
    return part === 'fluentd' || part === 'application' ? new UsageError(words) : new EnvironmentError(words);
  }
  return new EnvironmentError(error.message, { cause: error });
}
