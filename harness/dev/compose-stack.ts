import { join } from 'node:path';
import { pause } from '../core/condition.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { removeStack } from '../tools/belongings.ts';
import { execIn } from '../tools/containers.ts';
import { follow } from '../tools/follow.ts';
import { CommandError } from '../tools/shell.ts';
import { ComposeConfig } from './compose-config.ts';
import {
  containersOf,
  hostPort,
  type Inspected,
  LOG_FILE_LABEL,
  PROJECT,
  partState,
  SERVICES,
  variable,
} from './compose-project.ts';
import { type Applied, DEV_PARTS, type DevAddresses, type DevPart, type DevStack, type PartState } from './stack.ts';

/** The file that the sample application writes. */
const LOG_FILE = '/app/log/docswave-app.log';
/** Before a log whose container is away is looked at again, ms. */
const AGAIN_MS = 300;

/** The stack of docker-compose.yml. */
export class ComposeStack implements DevStack {
  readonly kind = 'compose';
  readonly logFile: string;
  readonly configFile: string;
  #containers: Partial<Record<DevPart, Inspected>>;
  /** Whether it goes when this is closed. */
  readonly #owned: boolean;
  readonly #config: ComposeConfig;

  private constructor(containers: Partial<Record<DevPart, Inspected>>, owned: boolean) {
    const { fluentd, edge, engine } = containers;
    if (!fluentd || !edge || !engine)
      throw new EnvironmentError('the Compose stack is not whole: npm run down, then npm run dev');
    this.#containers = containers;
    this.#owned = owned;
    this.logFile = containers.application?.Config.Labels[LOG_FILE_LABEL] ?? LOG_FILE;
    const inside = variable(fluentd, 'FLUENT_CONF') ?? '/etc/td-agent/td-agent.conf';
    const folder = fluentd.Mounts.find(({ Destination }) => inside.startsWith(`${Destination}/`));
    if (!folder)
      throw new EnvironmentError(`nothing is mounted where fluentd reads ${inside}: npm run down, then npm run dev`);
    this.configFile = join(folder.Source, inside.slice(folder.Destination.length));
    this.#config = new ComposeConfig(this, fluentd.Id);
  }

  /** The stack that is up, whole or in part; undefined where there is none. `owned`: it goes with {@link close}. */
  static async find({ owned }: { owned: boolean }): Promise<ComposeStack | undefined> {
    const containers = await containersOf();
    const { fluentd, edge, engine } = containers;
    return fluentd && edge && engine ? new ComposeStack(containers, owned) : undefined;
  }

  get addresses(): DevAddresses {
    return {
      engine: this.#at('engine', 9200),
      edgeAdmin: this.#at('edge', 9201),
      ...(this.#containers.dashboards ? { dashboards: this.#at('dashboards', 5601) } : {}),
    };
  }

  /** Looks again for what there is: Dashboards come last. */
  async refresh(): Promise<void> {
    this.#containers = { ...this.#containers, ...(await containersOf()) };
  }

  async parts(): Promise<PartState[]> {
    const containers = await containersOf();
    return DEV_PARTS.map((part) => partState(part, containers[part], Date.now()));
  }

  byHand(part: DevPart): string {
    return `docker compose logs ${SERVICES[part]}`;
  }

  async logs(
    part: DevPart,
    { tail, follow: on, signal }: { tail: number; follow: boolean; signal?: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void> {
    const { Id } = this.#container(part);
    if (!on) return follow(['docker', 'logs', '--tail', String(tail), Id], onLine, signal);
    let from = ['--tail', String(tail)];
    while (!signal?.aborted) {
      await follow(['docker', 'logs', '--follow', ...from, Id], onLine, signal);
      // It ended with its container; the next life of that goes on in the same log.
      from = ['--since', new Date().toISOString()];
      await pause(AGAIN_MS, signal).catch(() => {});
    }
  }

  exec(part: 'application' | 'fluentd', script: string): Promise<string> {
    return execIn(this.#container(part).Id, ['sh', '-c', script]);
  }

  /** An image without a shell, and a log folder that is not ours, get the line from fluentd's container. */
  async write(line: string): Promise<void> {
    const append = ['sh', '-c', `cat >> '${this.logFile}'`];
    const input = `${line}\n`;
    try {
      await execIn(this.#container('application').Id, append, { input });
    } catch (error) {
      const noShell = error instanceof CommandError && (error.exitCode === 126 || error.exitCode === 127);
      if (!noShell) throw error;
      await execIn(this.#container('fluentd').Id, append, { input });
    }
  }

  async monitor(): Promise<unknown> {
    const answer = await fetch(`${this.#at('fluentd', 24220)}/api/plugins.json`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new EnvironmentError(`fluentd's monitor_agent answers ${answer.status}`);
    return answer.json();
  }

  apply(conf: string): Promise<Applied> {
    return this.#config.apply(conf);
  }

  async close(): Promise<void> {
    if (this.#owned) await removeStack(PROJECT);
  }

  #at(part: DevPart, port: number): string {
    return `http://127.0.0.1:${hostPort(this.#container(part), port)}`;
  }

  #container(part: DevPart): Inspected {
    const one = this.#containers[part];
    if (!one) throw new EnvironmentError(`there is no ${part}: docker compose ps tells what runs`);
    return one;
  }
}
