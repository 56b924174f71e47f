import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../cli/config.ts';
import { ROOT } from '../cli/root.ts';
import type { Sample } from '../core/sample.ts';
import { summarize } from '../core/sample-summary.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Deployment, Target } from '../core/target.ts';
import type { Watcher } from '../core/watch.ts';
import { newRunId } from '../runner/run-id.ts';
import { runScenario } from '../runner/run-scenario.ts';
import type { K3sTarget } from '../targets/k3s/k3s-target.ts';
import { startK3s } from '../targets/k3s/start.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { Sampler } from './sampler.ts';

const LINES = 500;
const SECONDS = 8;
const SCENARIO: Scenario = {
  ...{ name: 'telemetry', title: 'x', why: 'x', rows: [], setting: 'x', asWritten: 'kept' },
  load: { linesPerSecond: LINES, for: `${SECONDS}s` },
};
/** A line for every shell that reads gauges in a container; this one is none. */
const SHELLS = `for p in /proc/[0-9]*; do grep -qs 'read -r as[k]' $p/cmdline && echo $p; done; true`;

describe.skipIf(!inject('docker'))('telemetry of a pipeline on a cluster', () => {
  let target: K3sTarget;
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-'));
  const signal = new AbortController().signal;
  const quiet = { say: () => {}, signal };

  beforeAll(async () => {
    const { images } = readConfig();
    const pipeline = findPipeline('delivered', ROOT);
    const options = { run: newRunId(), root: ROOT, pipeline, engine: 'opensearch' as const, images };
    target = await startK3s({ ...options, keep: false, reuse: false, remark: () => {}, ...quiet });
  });
  afterAll(() => target?.close());

  async function run(scenario: Scenario, watch: (deployment: Deployment, target: Target) => Watcher) {
    const options = { parameters: {}, keep: false, onVerified: () => {}, folder, watch, ...quiet };
    return runScenario(target, scenario, options);
  }

  async function shells(deployment: Deployment): Promise<string[]> {
    const cluster = new Cluster(target.stack.kubeconfig);
    const selector = `efk-sidecar-harness/run=${deployment.run}`;
    const { items } = await cluster.core.listPodForAllNamespaces({ labelSelector: selector });
    const { namespace, name } = items[0]!.metadata!;
    const of = ['fluentd-sidecar', 'test-repo'].map((container) =>
      cluster.exec(namespace!, name!, container, ['sh', '-c', SHELLS]),
    );
    return (await Promise.all(of)).flatMap((text) => text.split('\n').filter((line) => line !== ''));
  }

  test('tells once a second what every part does, and leaves no process behind', async () => {
    const file = join(folder, 'samples.jsonl');
    let samples: Sample[] = [];
    const shellsThen: string[][] = [];
    const result = await run(SCENARIO, (deployment, where) => {
      const sampler = new Sampler(deployment, where, 'a trial', { file }).start();
      return {
        searchable: sampler.searchable,
        loadStarted: (at: number) => sampler.loadStarted(at),
        stop: async () => {
          shellsThen.push(await shells(deployment));
          samples = await sampler.stop();
          shellsThen.push(await shells(deployment));
        },
      };
    });
    const { outcome, reasons, reconciliation, watched } = result;
    expect({ outcome, reasons }).toEqual({ outcome: 'pass', reasons: [] });
    expect(shellsThen.map((one) => one.length)).toEqual([2, 0]);
    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(samples);
    const { accepted } = reconciliation!;
    const over = (metric: keyof Sample['values']) => summarize(samples, metric, 0, Number.POSITIVE_INFINITY);
    for (const metric of ['fluentd.cpu', 'application.cpu', 'fluentd.memory', 'engine.cpu', 'engine.heap'] as const)
      expect(over(metric)?.max, metric).toBeGreaterThan(0);
    for (const metric of ['harness.cpu', 'host.cpu', 'volume.used', 'edge.bytes', 'edge.requests'] as const)
      expect(over(metric)?.max, metric).toBeGreaterThan(0);
    expect(over('offered.lines')?.max).toBe(LINES);
    expect(over('fluentd.retries')?.max).toBe(0);
    expect(over('edge.refused')?.max).toBe(0);
    // A rate is a difference over the time since the sample before: times that, they sum up to the records there are.
    for (const metric of ['written.lines', 'accepted.lines', 'searchable.lines'] as const) {
      const total = samples.reduce(
        (sum, { atMs, values }, i) => sum + ((values[metric] ?? 0) * (atMs - (samples[i - 1]?.atMs ?? atMs))) / 1000,
        0,
      );
      expect(total / accepted, metric).toBeGreaterThan(0.7);
      expect(total / accepted, metric).toBeLessThan(1.3);
    }
    const last = samples.at(-1)!.values;
    expect([last['fluentd.unread'], last['fluentd.buffer'], last['lag.lines']]).toEqual([0, 0, 0]);
    expect(watched!.toSearchable!.p50).toBeGreaterThanOrEqual(result.latencyMs!.p50);
    expect(watched!.toSearchable!.max).toBeLessThan(60_000);
  });

  test('a load that is broken off is a result', async () => {
    const enough = new AbortController();
    const result = await run({ ...SCENARIO, load: { linesPerSecond: LINES, for: '60s' } }, (deployment, where) =>
      new Sampler(deployment, where, 'a trial', {
        enough: enough.signal,
        onSample: ({ atMs }) => atMs > 3000 && enough.abort(new Error('seen enough')),
      }).start(),
    );
    expect(result).toMatchObject({ outcome: 'pass', watched: { endedEarly: 'seen enough' } });
    expect(result.reconciliation!.accepted).toBeGreaterThan(0);
    expect(result.reconciliation!.accepted).toBeLessThan(LINES * 60);
  });
});
