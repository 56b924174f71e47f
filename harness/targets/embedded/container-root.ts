import { dirname } from 'node:path';

/** Something of the machine, seen at a place of the container. */
export interface Bind {
  source: string;
  target: string;
  readOnly: boolean;
}

/** What stands in a folder of the machine. */
export interface Entry {
  name: string;
  kind: 'folder' | 'file' | 'link';
  /** Where a link leads. */
  to?: string;
}

export interface RootOptions {
  /** An empty folder of the machine to build it on. */
  folder: string;
  binds: readonly Bind[];
  /** `readOnlyRootFilesystem` of the manifest. */
  readOnly: boolean;
  /** `runAsUser` of the manifest; root inside where it says none. */
  user: number | undefined;
  /** Lists a folder of the machine; `[]` where there is none. */
  list: (folder: string) => Entry[];
}

/** Folders that a container has for itself, empty at its start; they go with it. */
const OWN = ['tmp', 'run', 'root', 'var/log', 'var/tmp'];
/** Where the machine's own root is seen inside. */
const HOST = '.host';

/**
 * The script that makes a container's root file system and then becomes the command that follows (`sh -c SCRIPT sh COMMAND…`), as the first process.
 * The machine's folders are its image, read-only where the kernel lets; along the paths of its mounts there are folders of its own with links to what
 * the machine has there, so that a mount point needs nobody's leave. Says "started" on fd 3 before the command.
 */
export function rootScript({ folder, binds, readOnly, user, list }: RootOptions): string {
  const sorted = [...binds].sort((a, b) => a.target.split('/').length - b.target.split('/').length);
  const own = new Set(OWN.map((path) => `/${path}`));
  const ancestors = new Set([...OWN.map((path) => `/${path}`), ...sorted.map(({ target }) => target)].flatMap(above));
  const targets = new Set(sorted.map(({ target }) => target));
  const steps = [
    'set -eu',
    `mount -t tmpfs -o mode=755 tmpfs ${quoted(folder)}`,
    `cd ${quoted(folder)}`,
    `mkdir ${HOST} proc`,
  ];
  for (const { name, kind, to } of list('/')) {
    const path = `/${name}`;
    if (path === '/proc' || ancestors.has(path) || own.has(path) || targets.has(path)) continue;
    if (kind === 'link') steps.push(`ln -s ${quoted(to!)} ${quoted(name)}`);
    if (kind !== 'folder') continue;
    steps.push(`mkdir ${quoted(name)}`, `mount --rbind ${quoted(path)} ${quoted(name)}`, remountReadOnly(quoted(name)));
  }
  for (const path of ancestors) {
    if (own.has(path) || targets.has(path)) continue;
    const inside = quoted(path.slice(1));
    const links = list(path)
      .map(({ name }) => `${path}/${name}`)
      .filter((entry) => !ancestors.has(entry) && !own.has(entry) && !targets.has(entry));
    steps.push(`mkdir -p ${inside}`);
    if (links.length > 0)
      steps.push(`ln -s -t ${inside} ${links.map((entry) => quoted(`/${HOST}${entry}`)).join(' ')}`);
  }
  steps.push(`mkdir -p -m 1777 ${OWN.join(' ')}`, 'mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc');
  for (const { source, target, readOnly: fixed } of sorted) {
    const [from, to] = [quoted(source), quoted(target.slice(1))];
    steps.push(
      `if [ -d ${from} ]; then mkdir -p ${to}; else mkdir -p ${quoted(dirname(target).slice(1) || '.')}; : > ${to}; fi`,
    );
    steps.push(`mount --bind ${from} ${to}`);
    if (fixed) steps.push(remountReadOnly(to));
  }
  steps.push(`pivot_root . ${HOST}`, 'cd /');
  if (readOnly) steps.push('mount -o remount,bind,ro /');
  steps.push('echo started >&3', 'exec 3>&-');
  const as = user === undefined || user === 0 ? '' : `unshare --user --map-user=${user} --map-group=${user} -- `;
  return [...steps, `exec ${as}"$@"`].join('\n');
}

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A mount with options that a user may not lift refuses; then file permissions alone protect it. */
function remountReadOnly(path: string): string {
  return `mount -o remount,bind,ro ${path} 2>/dev/null || :`;
}

/** `/a/b/c` → `/a`, `/a/b` */
function above(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}
