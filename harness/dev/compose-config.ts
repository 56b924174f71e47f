import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { restartContainer } from '../tools/containers.ts';
import { follow } from '../tools/follow.ts';
import { dryRun, reloadsItself } from './dry-run.ts';
import { awaitOutcome } from './reload.ts';
import type { Applied, DevStack } from './stack.ts';

/** td-agent.conf as fluentd's container sees it: the file of this machine itself. */
export class ComposeConfig {
  readonly #stack: Pick<DevStack, 'exec' | 'configFile'>;
  readonly #container: string;
  /** The text that fluentd runs, as far as it is known. */
  #running: string;

  /** `container`: fluentd's id. */
  constructor(stack: Pick<DevStack, 'exec' | 'configFile'>, container: string) {
    this.#stack = stack;
    this.#container = container;
    this.#running = this.#text;
  }

  /**
   * fluentd looks at the file, checks it with a dry run and reloads it in place by itself (plugins/in_reload_on_change.rb), so this says what came of it;
   * without that plugin, before or after, it is checked, and fluentd started again. A text that the file does not hold is written into it, and taken back where
   * fluentd refuses it.
   */
  async apply(conf: string): Promise<Applied> {
    const { configFile } = this.#stack;
    const before = this.#text;
    if (before !== conf) writeFileSync(configFile, conf);
    const byItself = reloadsItself(this.#running) && reloadsItself(conf);
    const applied = byItself ? await this.#reloaded(conf) : await this.#restarted(conf);
    if (applied.applied) this.#running = conf;
    else if (before !== conf) writeFileSync(configFile, before);
    return applied;
  }

  #reloaded(conf: string): Promise<Applied> {
    const { configFile } = this.#stack;
    const since = new Date(Math.floor(statSync(configFile).mtimeMs)).toISOString();
    const log = ['docker', 'logs', '--follow', '--since', since, this.#container] as const;
    return awaitOutcome(
      (onLine, signal) => follow(log, onLine, signal),
      conf,
      configFile,
      () => this.#text,
    );
  }

  async #restarted(conf: string): Promise<Applied> {
    const refused = await dryRun(this.#stack, conf);
    if (refused) return refused;
    await restartContainer(this.#container);
    return { applied: true, how: 'came into force by a restart of fluentd' };
  }

  get #text(): string {
    return readFileSync(this.#stack.configFile, 'utf8');
  }
}
