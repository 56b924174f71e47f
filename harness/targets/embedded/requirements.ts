import { EnvironmentError } from '../../core/trouble.ts';
import { CommandError, run } from '../../tools/shell.ts';
import { UNSHARE } from './sandbox.ts';

/** The machine's Ruby. */
export interface Ruby {
  version: string;
  platform: string;
  /** Path of the executable. */
  executable: string;
}

/** What is missing, and the one command that mends it. */
export class Missing extends EnvironmentError {
  readonly what: string;
  readonly saw: string;
  readonly fix: string;

  constructor(what: string, saw: string, fix: string) {
    super(`the embedded target needs ${what}: ${saw}\nmend it with: ${fix}; see: npm run doctor`);
    this.name = 'Missing';
    this.what = what;
    this.saw = saw;
    this.fix = fix;
  }
}

/** All that gems with native parts need: Debian's names. */
const PACKAGES = 'apt-get install -y ruby ruby-dev bundler gcc g++ make libssl-dev libyaml-dev';
/** fluentd 1.18, the last for older Rubies, asks for it. */
const LEAST_RUBY = [2, 7] as const;

/** The machine's Ruby; throws {@link Missing} where there is none, or one that is too old. */
export async function findRuby(): Promise<Ruby> {
  const says = 'print [RUBY_VERSION, RUBY_PLATFORM, RbConfig.ruby].join("\\n")';
  const said = await answer(['ruby', '-e', says]);
  if (said === undefined) throw new Missing('Ruby', 'there is no "ruby"', PACKAGES);
  const [version = '', platform = '', executable = ''] = said.split('\n');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST_RUBY[0] || (major === LEAST_RUBY[0] && minor < LEAST_RUBY[1]))
    throw new Missing(
      `Ruby ${LEAST_RUBY.join('.')} or newer`,
      `it is ${version}`,
      'a newer Debian, or a newer Ruby first on PATH',
    );
  return { version, platform, executable };
}

/** Bundler's version; throws {@link Missing}. */
export async function findBundler(): Promise<string> {
  const said = await answer(['bundle', '--version']);
  if (said === undefined) throw new Missing('Bundler', 'there is no "bundle"', PACKAGES);
  return said.trim().replace(/^Bundler version /, '');
}

/** What compiles the gems' native parts: compilers, make and Ruby's headers. Throws {@link Missing}. */
export async function findCompiler(): Promise<string> {
  for (const tool of ['gcc', 'g++', 'make'])
    if ((await answer([tool, '--version'])) === undefined)
      throw new Missing('a compiler for gems', `there is no "${tool}"`, PACKAGES);
  const headers = await answer([
    'ruby',
    '-e',
    'print File.exist?(File.join(RbConfig::CONFIG["rubyhdrdir"], "ruby.h"))',
  ]);
  if (headers !== 'true') throw new Missing('Ruby’s headers', 'there is no ruby.h', PACKAGES);
  return (await answer(['gcc', '--version']))!.split('\n')[0]!;
}

/** Tries what a pod does: namespaces of its own, a mount in them. Throws {@link Missing} with what the kernel allows. */
export async function tryNamespaces(): Promise<string> {
  const user = 'unshare --user --map-user=999 --map-group=999 -- true';
  const inside = `mount -t tmpfs tmpfs /mnt && hostname pod && setpriv --pdeathsig KILL ${user}`;
  try {
    await run([...UNSHARE, '--pid', '--fork', '--kill-child', 'sh', '-c', inside]);
    return 'user, mount, network and PID namespaces, without root';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await findTools();
    throw new Missing(
      'user namespaces',
      error.lastLine || error.message,
      'sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0 (those that there are); in a container: run it with --privileged',
    );
  }
}

async function findTools(): Promise<void> {
  for (const [tool, pack] of [
    ['unshare', 'util-linux'],
    ['nsenter', 'util-linux'],
    ['setpriv', 'util-linux'],
    ['hostname', 'hostname'],
  ])
    if ((await answer([tool!, '--version'])) === undefined)
      throw new Missing(`"${tool}"`, 'it is not on PATH', `apt-get install -y ${pack}`);
}

async function answer(command: readonly string[]): Promise<string | undefined> {
  try {
    return await run(command, { withinMs: 20_000 });
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
