import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a ConfigMap or Secret volume, or its next content, as the kubelet does: a new folder, then `..data` is swapped to it by one rename. */
export function writeConfigVolume(folder: string, files: Readonly<Record<string, string>>, now = new Date()): void {
  mkdirSync(folder, { recursive: true });
  const before = currentOf(folder);
  const stamp = now
    .toISOString()
    .replaceAll(/[-:]/g, '_')
    .replace(/\.(\d+)Z$/, '.$1');
  const next = freeName(folder, `..${stamp}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, next, name)), { recursive: true });
    writeFileSync(join(folder, next, name), text, { mode: 0o644 });
  }
  mkdirSync(join(folder, next), { recursive: true });
  symlinkSync(next, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  const tops = new Set(Object.keys(files).map((name) => name.split('/')[0]!));
  const there = new Set(readdirSync(folder).filter((name) => !name.startsWith('..')));
  for (const top of tops) if (!there.has(top)) symlinkSync(join('..data', top), join(folder, top));
  for (const top of there) if (!tops.has(top)) rmSync(join(folder, top));
  if (before) rmSync(join(folder, before), { recursive: true });
}

function currentOf(folder: string): string | undefined {
  return readdirSync(folder).includes('..data') ? readlinkSync(join(folder, '..data')) : undefined;
}

function freeName(folder: string, name: string): string {
  const taken = new Set(readdirSync(folder));
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  return free;
}
