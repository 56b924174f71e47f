import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseE2eOptions } from '../cli/e2e-options.ts';
import { parseLoadOptions } from '../cli/load-options.ts';
import { ROOT } from '../cli/root.ts';
import { spawnCli } from '../cli/spawn-cli.ts';
import { UsageError } from '../core/trouble.ts';
import { AWS_VARIABLES } from '../targets/aws/settings.ts';
import type { House } from './commands.ts';

const PARSERS: Record<string, (argv: string[]) => unknown> = { e2e: parseE2eOptions, load: parseLoadOptions };
/** Scripts whose command line is read in the process itself: their --help says which flags they have. */
const BY_HELP = ['doctor', 'down'];

/** What a workflow may name of this project, as it is checked out. */
export async function houseOf(): Promise<House> {
  const helps = new Map(
    await Promise.all(BY_HELP.map(async (name) => [name, (await spawnCli(name, ['--help'])).stdout] as const)),
  );
  return {
    scripts: Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts),
    variables: Object.keys(AWS_VARIABLES),
    refuses(script, words) {
      const said = sayable(words);
      const parser = PARSERS[script];
      if (parser) return complaintOf(parser, said);
      const flags = new Set(helps.get(script)?.match(/(?<![\w-])--?[a-z][\w-]*/g));
      const unknown = said.find((word) => word.startsWith('-') && !flags.has(word.replace(/=.*$/, '')));
      return unknown === undefined ? undefined : `${unknown} is no flag of it`;
    },
  };
}

/** As long as no command has the target aws, what is said of it cannot be held against any. */
function sayable(words: readonly string[]): string[] {
  if (!words.includes('aws') || complaintOf(parseE2eOptions, ['--target', 'aws']) === undefined) return [...words];
  return words.filter((word, i) => !['--yes', '--target'].includes(word) && words[i - 1] !== '--target');
}

function complaintOf(parser: (argv: string[]) => unknown, words: readonly string[]): string | undefined {
  try {
    parser(['node', 'cli.ts', ...words]);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
