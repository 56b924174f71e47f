import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './container-root.ts';

/** What stands in a folder of this machine; nothing where there is none, or none that we may read. */
export function listFolder(folder: string): Entry[] {
  let entries: ReturnType<typeof read>;
  try {
    entries = read(folder);
  } catch {
    return [];
  }
  return entries.flatMap((entry): Entry[] => {
    if (entry.isSymbolicLink()) return [{ name: entry.name, kind: 'link', to: readlinkSync(join(folder, entry.name)) }];
    if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
    return [{ name: entry.name, kind: 'file' }];
  });
}

function read(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
