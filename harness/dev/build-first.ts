import { join } from 'node:path';
import { ROOT } from '../cli/root.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from '../targets/k3s/images.ts';

/** Builds the images of a local stack where they are not here yet: a test that times its start, or gives it a limit, starts after. */
export async function buildFirst(): Promise<void> {
  const { emitter, edge } = ownRecipes(ROOT);
  for (const recipe of [edge, emitter, fluentdRecipe('delivered', join(ROOT, 'fluentd'))])
    await ensureBuilt(recipe, () => {});
}
