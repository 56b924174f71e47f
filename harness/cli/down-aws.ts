import { EXIT } from '../core/trouble.ts';
import { newRunId } from '../runner/run-id.ts';
import { clearAws } from '../targets/aws/down.ts';
import { accessAws } from './aws-access.ts';
import { readConfig } from './config.ts';

/** `npm run down -- --target aws`: what runs on AWS left behind goes. */
export async function downAws(force: boolean, signal: AbortSignal): Promise<number> {
  const quiet = { say: () => {}, remark: () => {} };
  const asked = { rehearse: false, plant: [] };
  await using access = await accessAws(asked, { run: newRunId(), images: readConfig().images, ...quiet, signal });
  const { namespaces, indices, inUse, young } = await clearAws(access, { force, signal });
  const listed = (names: readonly string[]) => (names.length > 0 ? ` (${names.join(', ')})` : '');
  process.stdout.write(
    `removed ${namespaces.length} namespaces${listed(namespaces)} and ${indices.length} indices${listed(indices)}; images stay in ${access.settings.repository}\n`,
  );
  for (const { namespace, until } of inUse)
    process.stdout.write(
      `${namespace} is in use by a run, until ${new Date(until).toISOString()} at the latest, and stays: end it with Ctrl-C where it runs, or with --force here\n`,
    );
  if (young.length > 0)
    process.stdout.write(
      `${young.length} indices${listed(young)} stay: a run on another cluster may be writing them; they go once they are older than a run may last, or with --force\n`,
    );
  return EXIT.pass;
}
