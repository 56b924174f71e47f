import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildImage } from './images.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-test-'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('an image is built without attestations, by what any builder may be told', async () => {
  const asked = join(folder, 'asked');
  const script = `#!/bin/sh\necho "$BUILDX_NO_DEFAULT_ATTESTATIONS $*" > ${asked}\n`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  await buildImage({ context: '/c', dockerfile: '/c/Dockerfile', tag: 'edge:1', args: { IMAGE: 'x' } });
  expect(readFileSync(asked, 'utf8')).toMatch(
    /^1 build --tag edge:1 --label \S+=image --build-arg IMAGE=x --file \/c\/Dockerfile \/c\n$/,
  );
});
