import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDevOptions, remarkOnLogs } from './dev-options.ts';
import { ROOT } from './root.ts';

const parse = (...args: string[]) => parseDevOptions(['node', 'dev', ...args]);

test('without a word it is the sample application on Compose, with Dashboards and the project’s own configuration', () => {
  expect(parse()).toEqual({
    ...{ target: 'compose', keep: false, dashboards: true },
    config: join(ROOT, 'fluentd', 'td-agent.conf'),
  });
});

test('options are read', () => {
  expect(parse('--target', 'k3s', '--app', 'my/app:1', '--no-dashboards', '--keep', '--page-port', '80')).toMatchObject(
    {
      ...{ target: 'k3s', app: 'my/app:1', dashboards: false, keep: true, pagePort: 80 },
    },
  );
  expect(parse('--lines-per-second', '0.5')).toMatchObject({ linesPerSecond: 0.5 });
  expect(parse('--log-dir', tmpdir())).toMatchObject({ logDir: tmpdir() });
});

const wrong: [string[], RegExp][] = [
  [['--target', 'aws'], /Allowed choices are compose, k3s/],
  [['--app', 'a', '--log-dir', '.'], /expected one of the two/],
  [['--app', 'a', '--lines-per-second', '5'], /for the sample application, whose place --app takes/],
  [['--log-dir', '.', '--target', 'k3s'], /needs --target compose/],
  [['--log-dir', '/no/such'], /there is no folder \/no\/such/],
  [['--config', '/no/such'], /there is no file \/no\/such/],
  [['--app', 'a b'], /expected an image reference such as name:tag, got "a b"/],
  [['--lines-per-second', 'many'], /expected a number above 0/],
  [['--page-port', '65536'], /expected a port, got "65536"/],
  [['more'], /too many arguments/],
];
test.each(wrong)('%s is refused', (args, why) => {
  expect(() => parse(...args)).toThrow(why);
});

test('a configuration that fluentd may not read is refused with the remedy, where it is mounted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conf-'));
  const file = join(folder, 'my.conf');
  writeFileSync(file, '', { mode: 0o600 });
  expect(() => parse('--config', file)).toThrow(`chmod o+x ${folder} && chmod o+r ${file}`);
  expect(parse('--config', file, '--target', 'k3s')).toMatchObject({ config: file });
  chmodSync(folder, 0o711);
  chmodSync(file, 0o604);
  expect(parse('--config', file)).toMatchObject({ config: file });
});

test('what fluentd will not be able to read is told with the remedy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logs-'));
  chmodSync(folder, 0o755);
  expect(remarkOnLogs(folder)).toMatch(/has no \*\.log file yet/);
  writeFileSync(join(folder, 'app.log'), '');
  chmodSync(join(folder, 'app.log'), 0o644);
  expect(remarkOnLogs(folder)).toBeUndefined();
  chmodSync(folder, 0o700);
  expect(remarkOnLogs(folder)).toMatch(/can't look into .*: chmod o\+x /);
  chmodSync(join(folder, 'app.log'), 0o600);
  expect(remarkOnLogs(folder)).toMatch(/can't read app\.log: chmod o\+r .*app\.log$/);
});
