import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import deliversEveryLine from '../../../scenarios/delivers-every-line.ts';
import { readConfig } from '../../cli/config.ts';
import { ROOT } from '../../cli/root.ts';
import { TOPOLOGIES } from '../../core/target.ts';
import { newRunId } from '../../runner/run-id.ts';
import { runScenario } from '../../runner/run-scenario.ts';
import { findPipeline } from '../kube/pipeline.ts';
import type { K3sTarget } from './k3s-target.ts';
import { startK3s } from './start.ts';

const docker = inject('docker');
const folder = mkdtempSync(join(tmpdir(), 'topologies-'));

describe.skipIf(!docker)('one target', () => {
  let target: K3sTarget;
  const ending = new AbortController();
  const { signal } = ending;

  beforeAll(async () => {
    target = await startK3s({
      ...{ run: newRunId(), root: ROOT, engine: 'opensearch', keep: false, reuse: false, signal },
      pipeline: findPipeline('delivered', ROOT),
      images: readConfig().images,
      say: () => {},
      remark: () => {},
    });
  });
  afterAll(async () => target?.close());

  test.each([...TOPOLOGIES])('deploys the topology %s, whatever its own is', async (topology) => {
    const settings = topology === 'redis' ? { redis: { appendfsync: 'everysec' } } : {};
    const scenario = { ...deliversEveryLine, name: topology, setup: { topology, ...settings, cpu: '900m' } };
    const { outcome, reasons, sentTwice } = await runScenario(target, scenario, {
      folder: join(folder, topology),
      parameters: {},
      keep: false,
      say: () => {},
      onVerified: () => {},
      signal,
    });
    expect({ outcome, reasons, sentTwice }).toEqual({ outcome: 'pass', reasons: [], sentTwice: 0 });
    const manifests = readFileSync(join(folder, topology, 'pipeline', 'manifests.yaml'), 'utf8');
    expect(manifests).toContain('cpu: 900m');
    expect(manifests.includes('appendfsync everysec')).toBe(topology === 'redis');
    expect('queue' in target.surroundings.images).toBe(topology === 'redis');
  });
});
