/** One line of fluentd's log. */
export interface LogLine {
  /** ms since the epoch; whole seconds. */
  at: number;
  level: string;
  text: string;
}

const LINE = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}) \[(\w+)\]: (?:#\d+ )?(.*)$/;
/** With these a configuration comes into force: what was said before is about another one. */
const IN_FORCE = /fluentd worker is now running|configuration reloaded/;
const RETRY_SUCCEEDED = /\bretry succeeded\b/;
const FAILED_FLUSH = /failed to flush the buffer|Could not communicate to/;

/** Lines that have a time, in order; other programs' and stack traces' have none. */
export function parseLog(lines: readonly string[]): LogLine[] {
  return lines.flatMap((line) => {
    const [, time, level, text] = line.match(LINE) ?? [];
    return time && level && text !== undefined ? [{ at: Date.parse(time), level, text }] : [];
  });
}

/** What fluentd said since a point in time (ms since the epoch) with the configuration that it has now. */
export function currentLines(lines: readonly LogLine[], since: number): LogLine[] {
  const inForce = lines.findLastIndex(({ text }) => IN_FORCE.test(text));
  // Times of lines are cut to seconds.
  return lines.slice(inForce + 1).filter(({ at }) => at + 999 >= since);
}

/** Why the output fails, in its own words without quotes, and how often it said so; undefined where its last retry succeeded, or it never failed. */
export function failureOf(lines: readonly LogLine[]): { reason: string; at: number; times: number } | undefined {
  const healed = lines.findLastIndex(({ text }) => RETRY_SUCCEEDED.test(text));
  const failures = lines.slice(healed + 1).filter(({ text }) => FAILED_FLUSH.test(text));
  const last = failures.at(-1);
  return last && { reason: reasonIn(last.text), at: last.at, times: failures.length };
}

/** `[503] …`, `no address for domain (Resolv::ResolvError)`: the error of a line, without the plugin's description of its connection. */
export function reasonIn(text: string): string {
  const error = unquoted(text.match(/ error="((?:[^"\\]|\\.)*)"/)?.[1] ?? text);
  return error
    .replace(/^could not push logs to \w+ cluster \(\{.*?\}+\): /s, '')
    .replace(/^.*Could not communicate to \w+, resetting connection and trying again\. /, '')
    .replace(/^\[[\w-]+\] /, (tag) => (/^\[\d{3}\] $/.test(tag) ? tag : ''))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A string as Ruby's `inspect` writes it. */
function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => (/[nrt]/.test(letter) ? ' ' : letter));
}
