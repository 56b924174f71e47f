import { EnvironmentError } from '../core/trouble.ts';
import { refusal } from './reload-outcome.ts';
import type { Applied, DevStack } from './stack.ts';

const CHECKED = '/tmp/checked.conf';
const GOOD = 'the dry run ended well';

/**
 * fluentd's own dry run of a text, in its own container: for a configuration that does not reload itself. Returns the refusal; undefined where it is good.
 */
export async function dryRun(
  stack: Pick<DevStack, 'exec' | 'configFile'>,
  conf: string,
): Promise<Extract<Applied, { applied: false }> | undefined> {
  const script = [
    `echo ${Buffer.from(conf).toString('base64')} | base64 -d > ${CHECKED}`,
    `fluentd --dry-run -c ${CHECKED} 2>&1 && echo '${GOOD}'`,
    `rm -f ${CHECKED}`,
  ].join('\n');
  const said = (await stack.exec('fluentd', script)).trimEnd().split('\n');
  if (said.at(-1) === GOOD) return undefined;
  const reasons = said.filter((line) => /error/i.test(line)).join(' | ') || said.at(-1);
  if (!reasons) throw new EnvironmentError('fluentd said nothing in its dry run');
  const { configFile } = stack;
  return refusal(
    reasons.replaceAll(CHECKED.slice(5), configFile.slice(configFile.lastIndexOf('/') + 1)),
    conf,
    configFile,
  );
}

/** Whether a configuration comes into force by itself (plugins/in_reload_on_change.rb); any other one needs a restart. */
export function reloadsItself(conf: string): boolean {
  return /^\s*@type\s+reload_on_change\b/m.test(conf);
}
