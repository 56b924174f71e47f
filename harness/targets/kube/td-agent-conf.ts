import { UsageError } from '../../core/trouble.ts';

/** The address that pods reach the domain at. */
export interface Endpoint {
  host: string;
  /** The scheme's own unless told. */
  port?: number;
  /** `http` unless told. */
  scheme?: 'http' | 'https';
  /** Region in an `<endpoint>` section that names one outright; it stays unless told. */
  region?: string;
}

/** Ports of the schemes. A signature covers the Host header, which has no port where it is the scheme's own. */
const PORTS = { http: 80, https: 443 } as const;

/**
 * Points a fluentd configuration at another domain: `url` inside an `<endpoint>` section, or `host`, `port` and `scheme` (or `hosts`) of an
 * elasticsearch or opensearch output. Throws where there is neither.
 */
export function withEndpoint(conf: string, { host, port, scheme = 'http', region }: Endpoint): string {
  const url = `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
  const replaced = { url: 0, host: 0 };
  let section: string[] = [];
  const lines = conf.split('\n').map((line) => {
    const open = line.match(/^\s*<([a-zA-Z]\w*)/)?.[1];
    if (open) section = [...section, open];
    else if (/^\s*<\//.test(line)) section = section.slice(0, -1);
    const setting = line.match(/^(\s*)(url|hosts?|port|scheme|region)(\s+)(\S.*)$/);
    if (!setting || !section.some((name) => name === 'match' || name === 'store')) return line;
    const [, indent, name, gap] = setting;
    if (name === 'url' && section.at(-1) === 'endpoint') {
      replaced.url++;
      return `${indent}url${gap}${url}`;
    }
    if (name === 'region')
      return region !== undefined && section.at(-1) === 'endpoint' && !setting[4]!.includes('#{')
        ? `${indent}region${gap}${region}`
        : line;
    if (section.at(-1) === 'endpoint' || section.at(-1) === 'buffer') return line;
    const values: Record<string, string> = { host, hosts: url, port: String(port ?? PORTS[scheme]), scheme };
    if (name === 'host' || name === 'hosts') replaced.host++;
    return values[name!] === undefined ? line : `${indent}${name}${gap}${values[name!]}`;
  });
  if (replaced.url + replaced.host === 0) {
    throw new UsageError(
      'the fluentd configuration names no domain: expected "url" in an <endpoint> section, or "host" in a <match> of type elasticsearch or opensearch',
    );
  }
  return lines.join('\n');
}

/**
 * Has every index begin with a prefix: `logstash_prefix` where indices go by day, `index_name` otherwise. Throws {@link UsageError} where a configuration
 * says neither, as it would write into indices that are not the run's.
 */
export function withIndexPrefix(conf: string, prefix: string): string {
  if (hasParameter(conf, 'logstash_prefix')) return withParameter(conf, 'logstash_prefix', prefix);
  const byDay = /^([ \t]*)(logstash_format[ \t]+true[ \t]*)$/gm;
  if (byDay.test(conf)) return conf.replace(byDay, `$1$2\n$1logstash_prefix ${prefix}`);
  if (hasParameter(conf, 'index_name')) return withParameter(conf, 'index_name', prefix);
  throw new UsageError(
    'the fluentd configuration names no index that the run could have for itself: expected "logstash_format true" or "index_name" in its <match>',
  );
}

/** Sets a parameter wherever it stands (`--set fluentd.NAME=VALUE`); an empty value takes it away. Throws where it stands nowhere. */
export function withParameter(conf: string, name: string, value: string): string {
  let found = 0;
  const lines = conf.split('\n').flatMap((line) => {
    const setting = line.match(/^(\s*)(\S+)(\s+)(\S.*)$/);
    if (setting?.[2] !== name) return [line];
    found++;
    return value === '' ? [] : [`${setting[1]}${name}${setting[3]}${value}`];
  });
  if (found === 0) throw new UsageError(`--set fluentd.${name}: the fluentd configuration has no parameter "${name}"`);
  return lines.join('\n');
}

/** Whether a parameter stands anywhere. */
export function hasParameter(conf: string, name: string): boolean {
  return conf.split('\n').some((line) => line.match(/^\s*(\S+)\s+\S/)?.[1] === name);
}

/** Puts a variant's text in place of the first `<parse>` section; throws where there is none. */
export function withVariant(conf: string, variant: string): string {
  const parse = conf.match(/^[ \t]*<parse>[\s\S]*?^[ \t]*<\/parse>[ \t]*\n/m);
  if (!parse) throw new UsageError('the fluentd configuration has no <parse> section that a variant could stand for');
  return conf.replace(parse[0], () => variant);
}

/** The file that the application must write for this configuration to see it: the first tail source's path below `folder`. */
export function logFileOf(conf: string, folder: string): string {
  const paths = tailPaths(conf);
  const path = paths.find((candidate) => candidate.startsWith(`${folder.replace(/\/$/, '')}/`));
  if (!path) {
    throw new UsageError(
      `no tail source of the fluentd configuration reads below ${folder}, where the application writes: its paths are ${paths.join(', ') || 'none'}`,
    );
  }
  const slash = path.lastIndexOf('/');
  const name = path
    .slice(slash + 1)
    .replace(/^\*/, 'docswave-app')
    .replaceAll(/\*/g, '');
  return path.slice(0, slash + 1) + name;
}

/** Port of a `monitor_agent` source, where one is configured. */
export function monitorPortOf(conf: string): number | undefined {
  const source = sections(conf, 'source').find((text) => /@type\s+["']?monitor_agent/.test(text));
  return source === undefined ? undefined : Number(source.match(/^\s*port\s+(\d+)/m)?.[1] ?? 24220);
}

/** fluentd's flush interval, ms: the longest that is set in a `<match>`, or fluentd's own default of 60 s. */
export function flushIntervalOf(conf: string): number {
  const set = Array.from(
    conf.matchAll(/^\s*flush_interval\s+(\d+(?:\.\d+)?)(s|m|h)?\s*$/gm),
    (m) => Number(m[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[m[2] ?? 's']!,
  );
  return set.length > 0 ? Math.max(...set) : 60_000;
}

function tailPaths(conf: string): string[] {
  return sections(conf, 'source')
    .filter((text) => /@type\s+["']?tail/.test(text))
    .flatMap(
      (text) =>
        text
          .match(/^\s*path\s+(\S+)/m)?.[1]
          ?.replaceAll(/["']/g, '')
          .split(',') ?? [],
    );
}

function sections(conf: string, name: string): string[] {
  return Array.from(conf.matchAll(new RegExp(`^\\s*<${name}[^>]*>([\\s\\S]*?)^\\s*</${name}>`, 'gm')), (m) => m[1]!);
}
