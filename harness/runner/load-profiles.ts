import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { didYouMean } from '../core/nearest.ts';
import { type Profile, type ProfileDefinition, profileOf } from '../core/profile.ts';
import { UsageError } from '../core/trouble.ts';

/** Every profile of a folder, by name. Throws a UsageError for a file that exports none, or one that cannot be run. */
export async function loadProfiles(folder: string): Promise<Profile[]> {
  const files = globSync('*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  return Promise.all(
    files.sort().map(async (file) => {
      const { default: definition } = (await import(pathToFileURL(join(folder, file)).href)) as {
        default?: ProfileDefinition;
      };
      if (!definition?.title)
        throw new UsageError(`${file} exports no profile: expected "export default defineProfile({ … })"`);
      return profileOf(basename(file, '.ts'), definition);
    }),
  );
}

/** The profile of this name; throws a UsageError with the list of those there are. */
export function pickProfile(all: readonly Profile[], name: string): Profile {
  const found = all.find((profile) => profile.name === name);
  if (found) return found;
  const names = all.map((profile) => profile.name);
  const list = all.map((profile) => `  ${profile.name}: ${profile.title}`).join('\n');
  throw new UsageError(`unknown profile "${name}"${didYouMean(name, names)}; there are:\n${list}`);
}
