import { type DurationLiteral, parseDuration, parseSize, type SizeLiteral } from '../core/duration.ts';
import { parseCpu, parseMemory } from '../core/quantity.ts';
import type { Load, Scenario } from '../core/scenario.ts';
import type { Setup } from '../core/target.ts';
import { UsageError } from '../core/trouble.ts';

/** What `--set` may change: of the load, the wait for late records, pods and limits, and any parameter that stands in td-agent.conf or redis.conf. */
export interface Settings {
  load: Partial<Load>;
  drainWithin?: DurationLiteral;
  /** What the deployment shall be like beside that. */
  setup: Pick<Partial<Setup>, 'pods' | 'collectors' | 'cpu' | 'memoryLimit' | 'redis'>;
  /** fluentd's parameters; an empty value takes one away. */
  parameters: Record<string, string>;
}

const LOAD: Record<string, (value: string) => Partial<Load>> = {
  linesPerSecond: (value) => ({ linesPerSecond: value === 'max' ? 'max' : positive(value) }),
  lines: (value) => ({ lines: positive(value) }),
  for: (value) => ({ for: checked(value as DurationLiteral, parseDuration) }),
  bytes: (value) => ({ bytes: checked(value as SizeLiteral, parseSize) }),
  format: (value) => {
    if (value !== 'json' && value !== 'text') throw new Error('expected json or text');
    return { format: value };
  },
};

const SETUP: Record<string, (value: string) => Settings['setup']> = {
  pods: (value) => ({ pods: whole(value) }),
  collectors: (value) => ({ collectors: whole(value) }),
  'fluentd.cpu': (cpu) => ({ cpu: checked(cpu, parseCpu) }),
  'fluentd.memory': (memoryLimit) => ({ memoryLimit: checked(memoryLimit, parseMemory) }),
};

/** The keys of `--set`, for `--help`. */
export const SETTABLE = [
  ...Object.keys(LOAD).map((key) => `load.${key}`),
  'drainWithin',
  ...Object.keys(SETUP),
  'fluentd.PARAMETER',
  'redis.PARAMETER',
];

/** Reads `--set KEY=VALUE` pairs; throws {@link UsageError} that quotes the pair and says what is known. */
export function parseSettings(pairs: readonly string[]): Settings {
  const settings: Settings = { load: {}, setup: {}, parameters: {} };
  for (const pair of pairs) {
    const [, key, value] = pair.match(/^([\w.@-]+)=(.*)$/s) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError(`--set ${pair}: expected KEY=VALUE; keys: ${SETTABLE.join(', ')}`);
    const [room, name] = key.split(/\.(.*)/s);
    try {
      if (Object.hasOwn(SETUP, key)) Object.assign(settings.setup, SETUP[key]!(value));
      else if (room === 'fluentd' && name) settings.parameters[name] = value;
      else if (room === 'redis' && name) settings.setup.redis = { ...settings.setup.redis, [name]: value };
      else if (room === 'load' && name && LOAD[name]) Object.assign(settings.load, LOAD[name](value));
      else if (key === 'drainWithin') settings.drainWithin = checked(value as DurationLiteral, parseDuration);
      else throw new Error(`unknown key "${key}"; there are ${SETTABLE.join(', ')}`);
    } catch (error) {
      throw new UsageError(`--set ${pair}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return settings;
}

/** A scenario with settings in place of its own. */
export function withSettings(scenario: Scenario, { load, drainWithin, setup }: Settings): Scenario {
  const merged: Load = { ...scenario.load, ...load };
  if (load.linesPerSecond !== undefined || load.lines !== undefined || load.for !== undefined) delete merged.stages;
  if (load.bytes !== undefined) delete merged.sizes;
  if (load.lines !== undefined) delete merged.for;
  else if (load.for !== undefined) delete merged.lines;
  return {
    ...scenario,
    load: merged,
    ...(drainWithin ? { drainWithin } : {}),
    setup: { ...scenario.setup, ...setup },
  };
}

/** The number of a text, above 0; throws with what was expected. */
export function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0) || !Number.isFinite(number)) throw new Error(`expected a number above 0, got "${value}"`);
  return number;
}

function whole(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`expected a whole number above 0, got "${value}"`);
  return Number(value);
}

function checked<T extends string>(value: T, parse: (value: T) => number): T {
  parse(value);
  return value;
}
