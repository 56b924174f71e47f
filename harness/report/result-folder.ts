import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../core/trouble.ts';

/** Codes of a file system that takes no more: full, over quota, read-only, not ours, broken. */
const REFUSALS = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOTDIR']);

/** Why a folder cannot be written, in plain words; undefined where an error is about something else. */
export function whyUnwritten(error: unknown, folder: string): string | undefined {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof EnvironmentError || code === undefined || !REFUSALS.has(code)) return undefined;
  return `the result folder ${folder} cannot be written: ${message}; make room there or let this user write to it, and run again`;
}

/**
 * Writes files into a folder, all of them or none: a results.json that is cut short, or green beside a report that is missing, would be a lie.
 * Throws an {@link EnvironmentError} where the file system takes no more.
 */
export function writeTogether(folder: string, files: Record<string, string>): void {
  const part = (name: string) => join(folder, `${name}.part`);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(part(name), text);
    for (const name of Object.keys(files)) renameSync(part(name), join(folder, name));
  } catch (error) {
    for (const name of Object.keys(files)) rmSync(part(name), { force: true });
    const why = whyUnwritten(error, folder);
    throw why ? new EnvironmentError(why, { cause: error }) : error;
  }
}

/** Points `latest`, beside a result folder, at it; there is always one that is whole. */
export function pointLatestAt(folder: string): void {
  const link = join(dirname(folder), 'latest');
  const next = `${link}.${basename(folder)}`;
  rmSync(next, { force: true });
  symlinkSync(basename(folder), next);
  renameSync(next, link);
}
