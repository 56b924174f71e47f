import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../core/trouble.ts';
import { CommandError, type RunOptions, run } from './shell.ts';

/** A registry, and who one is there. */
export interface RegistryLogin {
  /** `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com` */
  registry: string;
  user: string;
  password: string;
}

/** Docker, logged in at one registry. */
export interface Pusher {
  /** Pushes a local image under a name with a tag, and returns its digest, `sha256:…`. */
  push(image: string, as: string, options?: RunOptions): Promise<string>;
}

/**
 * Logs in at a registry, for the time of `work` alone: in a configuration of its own, so that neither the password is kept nor the user's own logins are
 * touched. The password is fed to Docker's stdin. Throws {@link EnvironmentError} with what the registry says.
 */
export async function loggedIn<T>(login: RegistryLogin, work: (pusher: Pusher) => Promise<T>): Promise<T> {
  // Docker's context is a matter of the configuration that is left aside here.
  const host = (await run(['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).trim();
  const folder = mkdtempSync(join(tmpdir(), 'efk-registry-'));
  const docker = (...args: string[]) => ['docker', '--config', folder, '--host', host, ...args];
  try {
    // With no login in its configuration Docker takes the system's key chain, which keeps the password, and on Windows refuses one as long as ECR's.
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [login.registry]: {} } }));
    await run(docker('login', '--username', login.user, '--password-stdin', login.registry), {
      input: login.password,
    }).catch((error: unknown) => {
      throw refused(`the registry ${login.registry} does not let ${login.user} in`, error, login);
    });
    return await work({ push: (image, as, options) => push(docker, image, as, login, options) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function push(
  docker: (...args: string[]) => string[],
  image: string,
  as: string,
  login: RegistryLogin,
  options: RunOptions = {},
): Promise<string> {
  await run(docker('tag', image, as));
  try {
    const said = await run(docker('push', as), { withinMs: 900_000, ...options });
    const digest = said.match(/digest: (sha256:[0-9a-f]{64})/)?.[1];
    if (!digest) throw new EnvironmentError(`docker push ${as} names no digest; its last words:\n${said.trim()}`);
    return digest;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw refused(`the image ${as} could not be pushed`, error, login);
  } finally {
    await run(docker('rmi', '--no-prune', as)).catch(() => {});
  }
}

function refused(what: string, error: unknown, { password }: RegistryLogin): unknown {
  if (!(error instanceof CommandError)) return error;
  const last = error.lastLine.replaceAll(password, '…');
  return new EnvironmentError(`${what}: ${last || error.message.split('\n').at(1)}`);
}

/** What an image is built for, such as `amd64`. */
export async function architectureOf(image: string): Promise<string> {
  return (await run(['docker', 'image', 'inspect', '--format', '{{.Architecture}}', image])).trim();
}
