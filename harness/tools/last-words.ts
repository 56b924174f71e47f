import { run } from './shell.ts';

/** What a container printed last, for when it died. */
export async function lastWords(container: string, lines = 20): Promise<string> {
  return run(['docker', 'logs', '--tail', String(lines), container]).catch((error) => String(error.message));
}
