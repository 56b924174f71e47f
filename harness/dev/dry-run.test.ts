import { expect, test } from 'vitest';
import { run } from '../tools/shell.ts';
import { dryRun, reloadsItself } from './dry-run.ts';

const CONF = '<match a>\n  @type null\n</match>\n';

/** A container whose fluentd is this shell script; `$3` is the file that it is asked about. */
const withFluentd = (script: string) => ({
  configFile: '/here/my.conf',
  exec: (_part: string, asked: string) => run(['bash', '-c', `fluentd() { ${script}; }\n${asked}`]),
});

test('a text that the dry run takes is good, and is what fluentd was asked about', async () => {
  expect(await dryRun(withFluentd('cat "$3" | grep -q "@type null"'), CONF)).toBeUndefined();
});

test('a refusal has fluentd’s words, and the file and line of this machine', async () => {
  const words =
    'config error file="/tmp/checked.conf" error_class=E error="unmatched end tag at checked.conf line 3,8"';
  expect(await dryRun(withFluentd(`echo started; echo '${words}' >&2; return 1`), CONF)).toEqual({
    ...{ applied: false, error: 'unmatched end tag at my.conf line 3,8', file: '/here/my.conf', line: 3 },
  });
});

test('a dry run that ends badly without a word of error is a refusal all the same', async () => {
  expect(await dryRun(withFluentd('echo killed; return 137'), CONF)).toMatchObject({ applied: false, error: 'killed' });
});

test('a configuration reloads itself where it says so outside of a comment', () => {
  expect(reloadsItself('<source>\n  @type reload_on_change\n</source>')).toBe(true);
  expect(reloadsItself('<source>\n  # @type reload_on_change\n</source>')).toBe(false);
});
