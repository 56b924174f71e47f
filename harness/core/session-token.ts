const TOKEN = /(x-amz-security-token\\?["']?\s*[:=]\s*\\?["']?)[\w+/=%-]+/gi;

/** A line without the session token in it: a domain repeats a request that it finds wrongly signed, headers and all, and fluentd logs that. */
export function withoutToken(line: string): string {
  return line.includes('ecurity-') ? line.replace(TOKEN, '$1…') : line;
}
