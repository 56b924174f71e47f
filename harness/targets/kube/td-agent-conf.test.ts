import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { flushIntervalOf, hasParameter, logFileOf, monitorPortOf, withEndpoint, withVariant } from './td-agent-conf.ts';

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
  test('a variant takes the place of <parse>, and of nothing else', () => {
    const changed = withVariant(delivered, '  <parse>\n    @type $& other\n  </parse>\n');
    expect(changed).toContain('@type $& other');
    expect(changed).not.toContain('@type json_or_text');
    expect(changed.split('\n').filter((line) => !delivered.includes(line))).toEqual(['    @type $& other']);
    expect(() => withVariant('<source>\n</source>', 'x')).toThrow('no <parse> section');
  });
});
