import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageError } from '../../core/trouble.ts';
import { buildImage, imageId } from '../../tools/images.ts';
import { CommandError } from '../../tools/shell.ts';

/** An image that is built here, tagged by the content that it is built from. */
export interface Recipe {
  name: string;
  /** Docker build context. */
  context: string;
  dockerfile: string;
  /** Glob patterns, relative to the context, of everything that goes in. */
  inputs: string[];
  /** The Dockerfile's ARGs. */
  args?: Record<string, string>;
}

/** The images of the project's own programs. */
export function ownRecipes(root: string): { emitter: Recipe; edge: Recipe; rehearsal: Recipe } {
  const own = (name: string, inputs: string[]): Recipe => ({
    name: `efk-sidecar-harness/${name}`,
    context: root,
    dockerfile: join(root, 'harness', name, 'Dockerfile'),
    inputs: ['.dockerignore', ...inputs],
  });
  return {
    emitter: own('emitter', ['harness/emitter/*', 'harness/core/*.ts']),
    edge: own('edge', ['package.json', 'package-lock.json', 'harness/edge/*', 'harness/core/*.ts']),
    rehearsal: own('rehearsal', [
      ...['package.json', 'package-lock.json', 'harness/edge/*', 'harness/core/*.ts'],
      'harness/rehearsal/*.ts',
    ]),
  };
}

/** The registry of a rehearsal. */
export function registryRecipe(root: string): Recipe {
  const context = join(root, 'harness', 'rehearsal', 'registry');
  return {
    name: 'efk-sidecar-harness/registry',
    context,
    dockerfile: join(context, 'Dockerfile'),
    inputs: ['config.yml', 'start'],
  };
}

/** The fluentd image of a pipeline. */
export function fluentdRecipe(pipeline: string, context: string): Recipe {
  const name = pipeline
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return {
    name: `efk-sidecar-harness/fluentd-${name}`,
    context,
    dockerfile: join(context, 'Dockerfile'),
    inputs: ['**/*'],
  };
}

/** The tests of fluentd's own plugins, on the image that they run in. */
export function pluginTestsRecipe(context: string, image: string): Recipe {
  return {
    name: 'efk-sidecar-harness/fluentd-tests',
    context: join(context, 'test'),
    dockerfile: join(context, 'test', 'Dockerfile'),
    inputs: ['*.rb'],
    args: { IMAGE: image },
  };
}

/** Builds an image unless one from the same content is here. Returns its reference. */
export async function ensureBuilt(recipe: Recipe, say: (what: string) => void, signal?: AbortSignal): Promise<string> {
  const tag = `${recipe.name}:${contentHash(recipe)}`;
  if (await imageId(tag)) return tag;
  say(`building ${recipe.name} (once; a minute or two)`);
  try {
    await buildImage({
      context: recipe.context,
      dockerfile: recipe.dockerfile,
      tag,
      ...(recipe.args ? { args: recipe.args } : {}),
      onLine: (line) => /^(Step|#\d+ \[)/.test(line) && say(`building ${recipe.name}: ${line.slice(0, 80)}`),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof CommandError)
      throw new UsageError(`the image ${recipe.name} does not build:\n${error.message}`);
    throw error;
  }
  return tag;
}

function contentHash({ context, dockerfile, inputs, args }: Recipe): string {
  const hash = createHash('sha256').update(args ? JSON.stringify(args) : '');
  const files = globSync(inputs, { cwd: context, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.test.ts'),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...new Set([...paths, dockerfile])].sort())
    hash
      .update(`${relative(context, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
