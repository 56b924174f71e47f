import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../core/trouble.ts';
import { scenarioTable, withScenarioTable } from '../report/scenario-table.ts';
import { loadScenarios } from '../runner/load-scenarios.ts';
import { exitWith } from './exit.ts';
import { parseOrThrow } from './parse.ts';
import { ROOT } from './root.ts';

const command = new Command('npm run readme').description('Writes the table of scenarios in README.md anew.');

await exitWith(async () => {
  if (!parseOrThrow(command, process.argv)) return EXIT.pass;
  const file = join(ROOT, 'README.md');
  const scenarios = await loadScenarios(join(ROOT, 'scenarios'));
  writeFileSync(file, withScenarioTable(readFileSync(file, 'utf8'), scenarioTable(scenarios)));
  process.stdout.write(`README.md: ${scenarios.length} scenarios\n`);
  return EXIT.pass;
});
