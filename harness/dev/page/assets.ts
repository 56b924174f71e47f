import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { transformSync } from 'amaro';
import { once } from '../../core/once.ts';

const require = createRequire(import.meta.url);
const HARNESS = join(import.meta.dirname, '../..');

/** One file as a browser takes it. */
export interface Asset {
  body: string;
  type: string;
}

const TYPES: Record<string, string> = {
  '.ts': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Our own modules that the page may load, below `harness/`: its own, and those without any I/O that it shares. */
const OWN = /^(dev\/page\/client\/[a-z-]+\.(?:ts|css)|dev\/page\/messages\.ts|core\/duration\.ts)$/;
/** Of packages: the modules of lit-html, and uPlot. */
const OF_PACKAGES = /^(?:lit-html\/(?:directives\/)?[a-z-]+\.js|uplot\/dist\/(?:uPlot\.esm\.js|uPlot\.min\.css))$/;

/** How bare names of packages are found. It stands in the page itself. */
export const IMPORT_MAP = JSON.stringify({
  imports: {
    'lit-html': '/packages/lit-html/lit-html.js',
    'lit-html/': '/packages/lit-html/',
    uplot: '/packages/uplot/dist/uPlot.esm.js',
  },
});

/** The hash by which a Content-Security-Policy lets a script in that stands in the page itself. */
export function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

/**
 * The file at `/harness/…` or `/packages/…`, which are as in the repository and in node_modules, so that modules find each other; undefined where the page has no
 * such file. TypeScript comes without its types.
 */
export async function assetAt(path: string): Promise<Asset | undefined> {
  const [, room, name] = path.match(/^\/(harness|packages)\/(.+)$/) ?? [];
  if (room === undefined || name === undefined || !(room === 'harness' ? OWN : OF_PACKAGES).test(name))
    return undefined;
  try {
    return await load(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const load = once(async (path: string): Promise<Asset> => {
  const [, room, name] = path.split(/^\/(harness|packages)\//) as [string, string, string];
  const file =
    room === 'harness' ? join(HARNESS, name) : join(folderOf(name.split('/')[0]!), name.replace(/^[^/]+\//, ''));
  const text = await readFile(file, 'utf8');
  const type = TYPES[extname(name)] ?? 'text/plain; charset=utf-8';
  return { body: name.endsWith('.ts') ? transformSync(text, { mode: 'strip-only' }).code : text, type };
});

/** Where a package lies, whichever node_modules it is in. */
function folderOf(name: string): string {
  const entry = require.resolve(name);
  const at = entry.lastIndexOf(join('node_modules', name));
  return at < 0 ? dirname(entry) : entry.slice(0, at) + join('node_modules', name);
}
