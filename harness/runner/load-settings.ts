import { type DurationLiteral, parseDuration, parseSize, type SizeLiteral } from '../core/duration.ts';
import { didYouMean } from '../core/nearest.ts';
import type { ProfileSettings } from '../core/profile.ts';
import type { Load } from '../core/scenario.ts';
import { TEXT_KINDS, type TextKind } from '../core/texts.ts';
import { UsageError } from '../core/trouble.ts';
import { positive } from './settings.ts';

/** What `--set` of `npm run load` may change. */
export interface LoadSettings {
  profile: ProfileSettings;
  /** Of the load, beside its shape. */
  load: Pick<Load, 'format' | 'text'>;
  /** fluentd's parameters; an empty value takes one away. */
  parameters: Record<string, string>;
  /** Limits of the sidecar's container, as Kubernetes writes them: `500m` or `0.5`, `384Mi`. */
  limits: { cpu?: string; memory?: string };
  /** Redis's own configuration, such as maxmemory and appendonly. */
  redis: Record<string, string>;
  /** The log volume as a disk of its own, of this size. */
  disk?: SizeLiteral;
  /** How many central collectors stand. */
  collectors?: number;
  /** The most that the edge takes of all together, bytes/s. */
  edgeBytesPerSecond?: number;
}

const KEYS: Record<string, (settings: LoadSettings, value: string) => unknown> = {
  'stage.rate': ({ profile }, value) => Object.assign(profile, { rate: positive(value) }),
  'stage.bytes': ({ profile }, value) => Object.assign(profile, { bytes: size(value) }),
  'profile.pods': ({ profile }, value) => Object.assign(profile, { pods: whole(value) }),
  'profile.warmUp': ({ profile }, value) => Object.assign(profile, { warmUp: duration(value) }),
  'profile.abortAfter': ({ profile }, value) => Object.assign(profile, { abortAfter: duration(value) }),
  'load.format': ({ load }, value) => Object.assign(load, { format: oneOf(value, ['json', 'text']) }),
  'load.text': ({ load }, value) => Object.assign(load, { text: oneOf<TextKind>(value, TEXT_KINDS) }),
  'fluentd.cpu': ({ limits }, value) => Object.assign(limits, { cpu: cores(value) }),
  'fluentd.memory': ({ limits }, value) => Object.assign(limits, { memory: memory(value).slice(0, -1) }),
  disk: (settings, value) => Object.assign(settings, { disk: memory(value) }),
  collectors: (settings, value) => Object.assign(settings, { collectors: whole(value) }),
  'edge.bytesPerSecond': (settings, value) =>
    Object.assign(settings, { edgeBytesPerSecond: parseSize(size(value.replace(/\/s$/, ''))) }),
};

/** The keys of `--set`, for `--help`. */
export const LOAD_SETTABLE = [...Object.keys(KEYS), 'fluentd.PARAMETER', 'redis.NAME'];

/** Reads `--set KEY=VALUE` pairs, a later one in place of an earlier; throws a UsageError that quotes the pair and says what is known. */
export function parseLoadSettings(pairs: readonly string[]): LoadSettings {
  const settings: LoadSettings = { profile: {}, load: {}, parameters: {}, limits: {}, redis: {} };
  for (const pair of pairs) {
    const [, key, value] = pair.match(/^([\w.@-]+)=(.*)$/s) ?? [];
    if (key === undefined || value === undefined)
      throw new UsageError(`--set ${pair}: expected KEY=VALUE; keys: ${LOAD_SETTABLE.join(', ')}`);
    const [room, name] = key.split(/\.(.*)/s);
    try {
      if (Object.hasOwn(KEYS, key)) KEYS[key]!(settings, value);
      else if (room === 'fluentd' && name) settings.parameters[name] = value;
      else if (room === 'redis' && name) settings.redis[name] = value;
      else
        throw new Error(
          `unknown key "${key}"${didYouMean(key, Object.keys(KEYS))}; there are ${LOAD_SETTABLE.join(', ')}`,
        );
    } catch (error) {
      throw new UsageError(`--set ${pair}: ${(error as Error).message}`);
    }
  }
  return settings;
}

function whole(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error(`expected a whole number from 1 to 9999, got "${value}"`);
  return Number(value);
}

function cores(value: string): string {
  const number = /^\d+m$/.test(value) ? Number(value.slice(0, -1)) / 1000 : Number(value || 'none');
  if (!(number > 0) || !Number.isFinite(number)) throw new Error(`expected cores such as 0.5 or 500m, got "${value}"`);
  return value;
}

/** MiB and GiB alone, as disks and limits are given; as Kubernetes writes them, too. */
function memory(value: string): SizeLiteral {
  if (!/^\d+[MG]iB?$/.test(value)) throw new Error(`expected a size such as 384MiB, 384Mi or 1GiB, got "${value}"`);
  return value.replace(/i$/, 'iB') as SizeLiteral;
}

function size(value: string): SizeLiteral {
  if (parseSize(value) === 0) throw new Error(`expected a size above 0, got "${value}"`);
  return value as SizeLiteral;
}

function duration(value: string): DurationLiteral {
  parseDuration(value);
  return value as DurationLiteral;
}

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) throw new Error(`expected ${allowed.join(' or ')}, got "${value}"`);
  return value as T;
}
