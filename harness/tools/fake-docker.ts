import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A digest, as a registry gives one. */
export const DIGEST = `sha256:${'0a'.repeat(32)}`;

/** What the fake says: every image is there, for amd64 unless told, and a login is taken unless told otherwise. */
interface Says {
  architecture?: string;
  login?: string;
  push?: string;
}

/**
 * A `docker` that has every image and pushes nowhere, in a folder for the PATH. What it was asked for it writes down: a line a command, with its stdin
 * behind it where it has one. For tests.
 */
export function fakeDocker({ architecture = 'amd64', login = 'echo Login Succeeded', push }: Says = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fake-docker-'));
  const log = join(folder, 'asked');
  const pushes = push ?? `echo "3f2a: digest: ${DIGEST} size: 1"`;
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh
case "$*" in
  *--password-stdin*) read -r word; echo "$* < $word" >> ${log} ;;
  *) echo "$*" >> ${log} ;;
esac
case "$*" in
  *Architecture*) echo ${architecture} ;;
  *inspect*Endpoints*) echo unix:///run/docker.sock ;;
  *inspect*) echo sha256:1 ;;
  *--password-stdin*) ${login} ;;
  *push*) ${pushes} ;;
esac
`,
    { mode: 0o755 },
  );
  return {
    /** For the variable PATH: the fake before all else. */
    before: (path: string | undefined) => `${folder}${delimiter}${path ?? ''}`,
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
