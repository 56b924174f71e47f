import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../harness/cli/root.ts';
import { ensureBuilt, fluentdRecipe, pluginTestsRecipe } from '../../harness/targets/k3s/images.ts';
import { LABEL } from '../../harness/tools/ours.ts';
import { run } from '../../harness/tools/shell.ts';

const docker = inject('docker');
const folder = join(ROOT, 'fluentd');

describe.skipIf(!docker)('the plugins of fluentd', () => {
  test('pass their own tests (test-unit) on the image that they run in', async () => {
    const image = await ensureBuilt(fluentdRecipe('delivered', folder), () => {});
    const tests = await ensureBuilt(pluginTestsRecipe(folder, image), () => {});
    const said = await run(['docker', 'run', '--rm', '--label', LABEL, tests], { withinMs: 300_000 });
    expect(said).toMatch(/^[1-9]\d* tests, [1-9]\d* assertions, 0 failures, 0 errors, 0 pendings, 0 omissions/m);
  });
});
