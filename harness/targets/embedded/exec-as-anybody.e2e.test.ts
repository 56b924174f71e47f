import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRuby, tryNamespaces } from './requirements.ts';

const SCRIPT = join(import.meta.dirname, 'exec-as-anybody.ts');
/** A user who owns nothing; whoever is not root is such a one himself. */
const AS_NOBODY = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : [];
const missing = await Promise.all([findRuby(), tryNamespaces()]).then(
  () => readable(),
  (error: Error) => error.message.split('\n')[0],
);

function readable(): string | undefined {
  const [command, ...args] = [...AS_NOBODY, 'test', '-r', SCRIPT];
  return spawnSync(command!, args).status === 0 ? undefined : 'nobody else may read this checkout';
}

describe.skipIf(missing !== undefined)(`a user who is not root${missing ? `: ${missing}` : ''}`, () => {
  // 999: fluentd's own user, in a user namespace below the pod's. 0: the pod's root.
  test.each(['999', '0'])('looks into a container that runs as user %s', (user) => {
    const { PATH = '' } = process.env;
    const [command, ...args] = [...AS_NOBODY, process.execPath, SCRIPT, user, PATH];
    expect(execFileSync(command!, args, { encoding: 'utf8', env: { PATH }, timeout: 60_000 })).toBe(
      `inside: ${user}\n`,
    );
  });
});
