import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ROOT } from '../harness/cli/root.ts';
import { spawnCli } from '../harness/cli/spawn-cli.ts';
import type { LoadResults } from '../harness/core/load-results.ts';

const docker = inject('docker');

async function load(...args: string[]): Promise<{ code: number | null; results: LoadResults }> {
  const { code, stdout, stderr } = await spawnCli('load', [...args, '--json']);
  if (!stdout.startsWith('{')) throw new Error(`exit code ${code} without results:\n${stderr}`);
  return { code, results: JSON.parse(stdout) };
}

describe.skipIf(!docker)('a limit that is planted is named as the first to give out', () => {
  const rate = ['--questions', '1', '--topology', 'direct'];
  test.each([
    ['edge', [...rate, '--set', 'edge.bytesPerSecond=2MiB']],
    ['fluentd CPU', [...rate, '--set', 'fluentd.cpu=0.25']],
  ])('%s', async (stage, args) => {
    const { results } = await load(...args, '--for', '200s');
    const { highest } = results.findings;
    expect(highest?.gaveOut).toMatchObject({ stage });
    expect(results.verdict.because).toContainEqual(expect.stringMatching(`^gave out first: ${stage}: `));
    expect(results.answers[0]!.sentence).toContain(`${stage} gave out first`);
  });

  test('an outage fills the buffer, at the time that the formula says', async () => {
    const { results } = await load('--questions', '3', '--topology', 'direct', '--set', 'fluentd.total_limit_size=16m');
    const { outage } = results.findings;
    expect(results.verdict.because[0]).toMatch(/^gave out first: buffer: 16\.0 MiB are full /);
    expect(outage).toMatchObject({ points: 3, bufferBytes: 16 * 2 ** 20, lost: 0 });
    expect(results.trials.map(({ gaveOut }) => gaveOut?.stage)).toEqual(['buffer', 'buffer', 'buffer']);
    // Three buffers that filled at three rates: one factor for all, within a quarter.
    const factors = results.answers[0]!.charts[0]!.series[0]!.points.map(({ x, y }) => Number(x) / y!);
    expect(Math.max(...factors) / Math.min(...factors)).toBeLessThan(1.25);
  });
});

describe.skipIf(!docker)('a profile', () => {
  test('that breaks a threshold ends with exit code 1, and its report stands', async () => {
    const { code, results } = await load('--profile', 'smoke', '--for', '10s', '--threshold', 'written.lines < 10');
    expect(code).toBe(1);
    expect(results).toMatchObject({ outcome: 'fail', partial: false });
    expect(results.trials[0]!.thresholds).toContainEqual(
      expect.objectContaining({ expression: 'written.lines < 10', kept: false }),
    );
    const folder = join(ROOT, 'results', readlinkSync(join(ROOT, 'results', 'latest')));
    for (const file of ['report.html', 'report.md', 'junit.xml', 'samples.jsonl', 'results.json'])
      expect(existsSync(join(folder, file)), file).toBe(true);
    expect(readFileSync(join(folder, 'samples.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(8);
  });

  test('that is interrupted keeps what was measured, marked partial, and exits with 130', async () => {
    const { code, stdout } = await spawnCli('load', ['--profile', 'smoke', '--repeat', '2', '--for', '8s', '--json'], {
      interruptWhen: (said) => said.includes('trial 2'),
    });
    expect(code).toBe(130);
    const results = JSON.parse(stdout) as LoadResults;
    expect(results.partial).toBe(true);
    expect(results.trials).toHaveLength(1);
  });
});
