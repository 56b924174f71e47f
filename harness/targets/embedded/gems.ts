import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../../core/trouble.ts';
import { CommandError, run } from '../../tools/shell.ts';
import type { Ruby } from './requirements.ts';

/** Gems that are installed, and how they came about. */
export interface Gems {
  /** GEM_HOME. */
  home: string;
  /** `fluentd 1.18.0` and its plugins, by name. */
  versions: Record<string, string>;
  /** `locked`: as in Gemfile.lock. `resolved`: as the Gemfile asks, with older gems beneath. `older`: the newest that this Ruby takes. */
  how: 'locked' | 'resolved' | 'older';
}

/** A refusal that another resolution may mend: the wrong Ruby, not a network that is away. */
const UNFIT =
  /requires ruby version|compatible versions|conflicting requirements|version solving|could not find gem|incompatible with the|frozen/i;
/** How, the Gemfile, and the lock that goes with it. */
type Attempt = [Gems['how'], string, string | undefined];
const WITHIN_MS = 600_000;

/**
 * The gems of a Gemfile in the cache, installed by Bundler unless they are there: as locked; where this Ruby is too old for that, as the Gemfile
 * pins them; and where it is too old for these, the newest below them. `beforeInstall` looks whether the machine can. Throws {@link EnvironmentError} with Bundler's own words.
 */
export async function ensureGems(
  context: string,
  cache: string,
  ruby: Ruby,
  say: (what: string) => void,
  beforeInstall: () => Promise<void>,
  signal?: AbortSignal,
): Promise<Gems> {
  const gemfile = readFileSync(join(context, 'Gemfile'), 'utf8');
  const lock = existsSync(join(context, 'Gemfile.lock'))
    ? readFileSync(join(context, 'Gemfile.lock'), 'utf8')
    : undefined;
  const hash = createHash('sha256')
    .update(`${ruby.version}\0${ruby.platform}\0${gemfile}\0${lock ?? ''}`)
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, hash);
  if (!existsSync(folder)) {
    await beforeInstall();
    await install(gemfile, lock, folder, say, signal);
  }
  return JSON.parse(readFileSync(join(folder, 'gems.json'), 'utf8'), (key, value) =>
    key === 'home' ? join(folder, value) : value,
  );
}

async function install(
  gemfile: string,
  lock: string | undefined,
  folder: string,
  say: (what: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  // Left by a run that was killed while it installed.
  for (const left of globSync(`${basename(folder)}.part-*`, { cwd: dirname(folder) }))
    rmSync(join(dirname(folder), left), { recursive: true, force: true });
  const attempts: Attempt[] = [
    // Without "BUNDLED WITH": Bundler would fetch the version of itself that made the lock.
    ...(lock === undefined
      ? []
      : [['locked', gemfile, lock.replace(/\nBUNDLED WITH\n[\s\S]*$/, '\n')] satisfies Attempt]),
    ['resolved', gemfile, undefined],
    ['older', loosened(gemfile), undefined],
  ];
  const refusals: string[] = [];
  for (const [how, text, locked] of attempts) {
    const part = mkdtempSync(`${folder}.part-`);
    try {
      say(`installing fluentd's gems (once; half a minute): ${how}`);
      await bundle(part, text, locked, say, signal);
      const home = globSync('gems/ruby/*', { cwd: part })[0]!;
      const found: Gems = { home, versions: versionsIn(join(part, home), gemfile), how };
      writeFileSync(join(part, 'gems.json'), JSON.stringify(found, undefined, 2));
      // mkdtemp makes it ours alone; a pod's user is another one.
      chmodSync(part, 0o755);
      renameSync(part, folder);
      return;
    } catch (error) {
      rmSync(part, { recursive: true, force: true });
      if (!(error instanceof CommandError)) throw error;
      refusals.push(`${how}: ${error.output.trim().split('\n').slice(-8).join('\n')}`);
      if (!UNFIT.test(error.output)) break;
    }
  }
  throw new EnvironmentError(
    `fluentd's gems can't be installed by Bundler\n${refusals.join('\n')}\nsee: npm run doctor`,
  );
}

async function bundle(
  folder: string,
  gemfile: string,
  lock: string | undefined,
  say: (what: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  writeFileSync(join(folder, 'Gemfile'), gemfile);
  if (lock !== undefined) writeFileSync(join(folder, 'Gemfile.lock'), lock);
  const env = {
    BUNDLE_GEMFILE: join(folder, 'Gemfile'),
    BUNDLE_PATH: join(folder, 'gems'),
    BUNDLE_APP_CONFIG: join(folder, '.bundle'),
    BUNDLE_USER_HOME: join(folder, '.home'),
    BUNDLE_SILENCE_ROOT_WARNING: 'true',
    BUNDLE_JOBS: '2',
    ...(lock === undefined ? {} : { BUNDLE_FROZEN: 'true' }),
  };
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  await run(['env', ...set, 'bundle', 'install'], {
    withinMs: WITHIN_MS,
    onLine: (line) => /^Installing/.test(line) && say(`installing fluentd's gems: ${line.slice(11, 70)}`),
    ...(signal ? { signal } : {}),
  });
  rmSync(join(folder, '.home'), { recursive: true, force: true });
}

/** Exact versions become upper bounds: Bundler takes the newest below them that this Ruby takes. */
export function loosened(gemfile: string): string {
  return gemfile.replaceAll(/^(\s*gem\s+['"][\w.-]+['"],\s*)(['"])(\d[\w.]*)\2/gm, '$1$2<= $3$2');
}

function versionsIn(home: string, gemfile: string): Record<string, string> {
  const named = Array.from(gemfile.matchAll(/^\s*gem\s+['"]([\w.-]+)['"]/gm), ([, name]) => name!);
  const installed = readdirSync(join(home, 'gems'));
  return Object.fromEntries(
    named.flatMap((name) => {
      const folder = installed.find((one) => one.startsWith(`${name}-`) && /^\d/.test(one.slice(name.length + 1)));
      return folder ? [[name, folder.slice(name.length + 1)]] : [];
    }),
  );
}
