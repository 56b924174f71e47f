import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  flushIntervalOf,
  hasParameter,
  logFileOf,
  monitorPortOf,
  withEndpoint,
  withIndexPrefix,
  withVariant,
} from './td-agent-conf.ts';

const delivered = readFileSync(join(import.meta.dirname, '..', '..', '..', 'fluentd', 'td-agent.conf'), 'utf8');
const DOMAIN = { host: 'domain', port: 9200 };

describe('pointing a configuration at another domain', () => {
  test('an <endpoint> url, in whatever way it was given', () => {
    const changed = withEndpoint(delivered, DOMAIN).split('\n');
    const differing = delivered.split('\n').flatMap((line, i) => (line === changed[i] ? [] : [changed[i]!.trim()]));
    expect(differing).toEqual(['url http://domain:9200']);
  });

  test('host, port and scheme of a <match>, of a <store> inside it, and not of its buffer or another source', () => {
    const conf = `<source>
  @type forward
  port 24224
</source>
<match **>
  @type copy
  <store>
    @type elasticsearch
    host search.example.com
    port 443
    scheme https
    <buffer>
      path /buffer
      port 1
    </buffer>
  </store>
</match>`;
    expect(withEndpoint(conf, DOMAIN)).toBe(
      conf
        .replace('search.example.com', 'domain')
        .replace('port 443', 'port 9200')
        .replace('scheme https', 'scheme http'),
    );
  });

  test('over TLS', () => {
    expect(withEndpoint(delivered, { ...DOMAIN, scheme: 'https' })).toContain('url https://domain:9200\n');
    const conf = '<match **>\nhost a\nscheme http\n</match>';
    expect(withEndpoint(conf, { ...DOMAIN, scheme: 'https' })).toContain('\nscheme https\n');
  });

  test('hosts', () => {
    const conf = '<match **>\n@type opensearch\nhosts https://a:1,https://b:2\n</match>';
    expect(withEndpoint(conf, DOMAIN)).toContain('\nhosts http://domain:9200\n');
  });

  test('a configuration that names no domain is refused', () => {
    expect(() => withEndpoint('<match **>\n@type stdout\n</match>', DOMAIN)).toThrow('names no domain');
  });
});

describe('what a configuration tells', () => {
  const tail = (path: string) => `<source>\n  @type tail\n  path ${path}\n  tag x\n</source>`;
  test.each([
    ['/app/log/docswave-app.log', '/app/log/docswave-app.log'],
    ['/app/log/*.log*', '/app/log/docswave-app.log'],
    ['/app/log/app.log*', '/app/log/app.log'],
    ['"/app/log/app.log"', '/app/log/app.log'],
    ['/elsewhere/a.log,/app/log/b.log', '/app/log/b.log'],
  ])('path %s is written as %s', (path, file) => {
    expect(logFileOf(tail(path), '/app/log/')).toBe(file);
  });
  test('a path that only begins alike is another folder', () => {
    expect(() => logFileOf(tail('/app/logs/a.log'), '/app/log')).toThrow('reads below /app/log');
  });
  test('the monitor’s port, its default, and none', () => {
    expect(monitorPortOf(delivered)).toBe(24220);
    expect(monitorPortOf('<source>\n@type monitor_agent\nport 9\n</source>')).toBe(9);
    expect(monitorPortOf('<source>\n@type monitor_agent\n</source>')).toBe(24220);
    expect(monitorPortOf(tail('/x'))).toBeUndefined();
  });
  test('the flush interval: the longest, or fluentd’s own default', () => {
    expect(flushIntervalOf('flush_interval 1s\nflush_interval 2m')).toBe(120_000);
    expect(flushIntervalOf('flush_interval 0.5')).toBe(500);
    expect(flushIntervalOf('')).toBe(60_000);
  });
  test('a parameter is there, or is not; a comment is none', () => {
    const has = (name: string) => hasParameter('<buffer>\n  # timekey 1d\n  total_limit_size 1m\n</buffer>', name);
    expect([has('total_limit_size'), has('timekey'), has('total'), has('1m')]).toEqual([true, false, false, false]);
  });
  test('a prefix of its own: behind logstash_format, in place of another one, or as the name of the one index', () => {
    const delivers = withIndexPrefix(delivered, 'efkh-r1');
    expect(delivers.split('\n').filter((line) => !delivered.includes(line))).toEqual(['  logstash_prefix efkh-r1']);
    expect(delivers).toMatch(/logstash_format true\n {2}logstash_prefix efkh-r1\n/);
    expect(withIndexPrefix('logstash_format true\nlogstash_prefix app', 'x')).toBe(
      'logstash_format true\nlogstash_prefix x',
    );
    expect(withIndexPrefix('index_name app', 'x')).toBe('index_name x');
    expect(() => withIndexPrefix('# logstash_format true\nhost h', 'x')).toThrow('names no index');
  });
  test('an endpoint of the scheme’s own port, and in another region where the configuration names one', () => {
    const conf = '<match>\n<endpoint>\nurl https://a\nregion us-east-1\n</endpoint>\n</match>';
    expect(withEndpoint(conf, { host: 'b', scheme: 'https', region: 'eu-west-1' })).toBe(
      '<match>\n<endpoint>\nurl https://b\nregion eu-west-1\n</endpoint>\n</match>',
    );
    expect(withEndpoint(conf, { host: 'b', scheme: 'https' })).toContain('region us-east-1');
    expect(withEndpoint(delivered, { host: 'b', scheme: 'https', region: 'eu-west-1' })).toContain('region "#{ENV');
    expect(withEndpoint('<match>\nhost a\nport 1\nscheme http\n</match>', { host: 'b', scheme: 'https' })).toBe(
      '<match>\nhost b\nport 443\nscheme https\n</match>',
    );
  });
  test('a variant takes the place of <parse>, and of nothing else', () => {
    const changed = withVariant(delivered, '  <parse>\n    @type $& other\n  </parse>\n');
    expect(changed).toContain('@type $& other');
    expect(changed).not.toContain('@type json_or_text');
    expect(changed.split('\n').filter((line) => !delivered.includes(line))).toEqual(['    @type $& other']);
    expect(() => withVariant('<source>\n</source>', 'x')).toThrow('no <parse> section');
  });
});
