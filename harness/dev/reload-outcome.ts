import { basename } from 'node:path';
import type { Applied } from './stack.ts';

/** What fluentd's log says of a changed configuration, in the words of plugins/in_reload_on_change.rb; undefined for a line that says nothing of it. */
export function outcomeIn(line: string, conf: string, file: string): Applied | undefined {
  if (line.includes('configuration reloaded')) return { applied: true, how: 'reloaded in place' };
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
  if (!quoted) return reasons.trim();
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
