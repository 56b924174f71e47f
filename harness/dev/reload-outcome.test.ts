import { expect, test } from 'vitest';
import { outcomeIn } from './reload-outcome.ts';

const FILE = '/somewhere/td-agent.conf';
const CONF =
  '# type tial\n<source>\n  @type tial\n  tag a\n</source>\n<match a>\n  @type null\n  flush_mode x\n</match>\n';

const said = (words: string) => outcomeIn(`2026-11-25 19:47:07.000000000 +0000 [error]: ${words}`, CONF, FILE);

test('a configuration that was reloaded is applied', () => {
  expect(said('configuration reloaded path="/etc/td-agent/td-agent.conf"')).toEqual({
    applied: true,
    how: 'reloaded in place',
  });
});

test('a line that says nothing of it decides nothing', () => {
  expect(said('configuration changed: reloading path="/etc/td-agent/td-agent.conf"')).toBeUndefined();
  expect(said('detached forwarding server')).toBeUndefined();
});

const refused: [string, string, object][] = [
  [
    'a parse error, with the line that fluentd names',
    String.raw`configuration refused: config error file="/etc/td-agent/td-agent.conf" error_class=Fluent::ConfigParseError error="got incomplete line before first line at td-agent.conf line 5,9\n  4: x"; the old one goes on path="x"`,
    { error: 'got incomplete line before first line at td-agent.conf line 5,9', line: 5 },
  ],
  [
    'a parse error that nobody caught, without where in fluentd it was thrown',
    "configuration refused: /fluentd/lib/fluent/config/basic_parser.rb:91:in `parse_error!': expected '>' at td-agent.conf line 4,4 (Fluent::ConfigParseError); the old one goes on",
    { error: "expected '>' at td-agent.conf line 4,4", line: 4 },
  ],
  [
    'an unknown plugin, with the line that names it, comments apart',
    `configuration refused: config error file="x" error_class=Fluent::NotFoundPluginError error="Unknown input plugin 'tial'. Run 'gem search -rd fluent-plugin' to find plugins"; the old one goes on`,
    { error: "Unknown input plugin 'tial'. Run 'gem search -rd fluent-plugin' to find plugins", line: 3 },
  ],
  [
    'a word that stands nowhere, without a line',
    `configuration refused: config error file="x" error_class=Fluent::ConfigError error="'pos_file' parameter is required"; the old one goes on`,
    { error: "'pos_file' parameter is required" },
  ],
  [
    'words of another shape, as they are',
    'configuration refused: fluentd did not take it within 30s and says why above; the old one goes on path="x"',
    { error: 'fluentd did not take it within 30s and says why above' },
  ],
];
test.each(refused)('refused: %s', (_what, words, expected) => {
  expect(said(words)).toEqual({ applied: false, file: FILE, ...expected });
});
