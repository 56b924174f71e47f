import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Applied } from './stack.ts';

/** Whether a line tells what became of some configuration. */
export function tellsOutcome(line: string): boolean {
  return /configuration (reloaded|refused|is again what runs)/.test(line);
}

/** What fluentd's log says of this configuration, in the words of plugins/in_reload_on_change.rb; undefined for a line of something else, or of another text. */
export function outcomeIn(line: string, conf: string, file: string): Applied | undefined {
  const [, digest] = line.match(/ sha256="(\w+)"/) ?? [];
  if (digest && !createHash('sha256').update(conf).digest('hex').startsWith(digest)) return undefined;
  if (line.includes('configuration reloaded')) return { applied: true, how: 'reloaded in place' };
  if (line.includes('configuration is again what runs')) return { applied: true, how: 'is again what runs' };
  const [, reasons] = line.match(/configuration refused: (.*?)(?:; the old one goes on.*)?$/) ?? [];
  return reasons === undefined ? undefined : refusal(reasons, conf, file);
}

/** A refusal with the place that fluentd points to. */
export function refusal(reasons: string, conf: string, file: string): Extract<Applied, { applied: false }> {
  const error = plain(reasons);
  const line = lineIn(error, conf, file);
  return { applied: false, error, file, ...(line === undefined ? {} : { line }) };
}

/** fluentd's own words without what wraps them: `config error file="…" error_class=Fluent::ConfigError error="…"`. */
function plain(reasons: string): string {
  const [, quoted] = reasons.match(/\berror=("(?:[^"\\]|\\.)*")/) ?? [];
  // An error that nobody caught, in Ruby's way: where in the program, what, and of which class.
  const [, thrown] = reasons.match(/^\S+:\d+:in \S+: (.*?)(?: \([\w:]+\))?(?: \| |$)/) ?? [];
  if (!quoted) return (thrown ?? reasons).trim();
  // Ruby's inspect; JSON reads all but a few of its escapes.
  const text = quoted.slice(1, -1).replaceAll(/\\(["\\#nt])/g, (_, one) => ({ n: '\n', t: '\t' })[one as 'n'] ?? one);
  return text.trim().split('\n')[0]!;
}

/** The line that an error names (`at td-agent.conf line 58,3`); else the only one that holds the word it quotes. */
function lineIn(error: string, conf: string, file: string): number | undefined {
  const [, name, told] = error.match(/\bat (\S+) line (\d+)/) ?? [];
  if (told && basename(name!) === basename(file)) return Number(told);
  const lines = conf.split('\n');
  for (const [, word] of error.matchAll(/['"`]([\w@.-]+)['"]/g)) {
    const holding = lines.flatMap((line, i) => (settingHolds(line, word!) ? [i + 1] : []));
    if (holding.length === 1) return holding[0];
  }
  return undefined;
}

function settingHolds(line: string, word: string): boolean {
  return !line.trimStart().startsWith('#') && line.split(/[\s"'<>]+/).includes(word);
}
