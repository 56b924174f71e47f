import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario, ScenarioDefinition } from '../core/scenario.ts';
import { UsageError } from '../core/trouble.ts';

/** Every scenario of a folder, in the order of the promise table's rows. */
export async function loadScenarios(folder: string): Promise<Scenario[]> {
  const files = globSync('*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  const scenarios = await Promise.all(
    files.map(async (file) => {
      const { default: definition } = (await import(pathToFileURL(join(folder, file)).href)) as {
        default?: ScenarioDefinition;
      };
      if (!definition?.title || !definition.load)
        throw new UsageError(`scenarios/${file} exports no scenario: expected "export default defineScenario({ … })"`);
      return { ...definition, name: basename(file, '.ts') };
    }),
  );
  return scenarios.sort((a, b) => (a.rows[0] ?? 99) - (b.rows[0] ?? 99) || a.name.localeCompare(b.name));
}

/** The scenarios of these names; all when none is given. Throws {@link UsageError} with the list of those there are. */
export function pickScenarios(all: readonly Scenario[], names: readonly string[]): Scenario[] {
  const unknown = names.filter((name) => !all.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new UsageError(
      `unknown scenario ${unknown.map((name) => `"${name}"`).join(', ')}; there are:\n${all.map(({ name }) => `  ${name}`).join('\n')}`,
    );
  }
  return names.length === 0 ? [...all] : all.filter(({ name }) => names.includes(name));
}
