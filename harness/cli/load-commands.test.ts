import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Findings, LoadResults } from '../core/load-results.ts';
import { EnvironmentError, UsageError } from '../core/trouble.ts';
import { fakeLoad, fakeTrial } from '../report/fake-load.ts';
import { calibrateFolders, printPlan } from './load-commands.ts';
import type { PlanOptions } from './load-plan-options.ts';

let results: string;
let said: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'results-'));
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(results, { recursive: true });
});

const NOW = new Date('2026-11-28T10:00:00Z');
const trials = (cores: number[]) =>
  cores.map((mean, i) =>
    fakeTrial(`steady-direct#${i + 1}`, { achieved: 4000, metrics: { 'fluentd.cpu': { mean, p99: mean, max: mean } } }),
  );
function put(name: string, over: Partial<LoadResults> | Record<string, unknown>): string {
  const folder = join(results, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'results.json'), JSON.stringify(fakeLoad(over)));
  return folder;
}
const profile = { arguments: ['--profile', 'steady', '--repeat', '3'] };
const pair = (): [string, string] => [
  put('here', { ...profile, trials: trials([0.19, 0.2, 0.21]) }),
  put('on-aws', { ...profile, run: 'aws1', target: 'aws', trials: trials([0.38, 0.4, 0.42]) }),
];
const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('calibrate', () => {
  test('writes beside the run on AWS and to the usual place, and says where', () => {
    const [here, onAws] = pair();
    expect(calibrateFolders({ command: 'calibrate', folders: [here, onAws], json: false }, NOW, results)).toBe(0);
    const file = jsonOf(join(onAws, 'calibration.json'));
    expect(file).toMatchObject({
      kind: 'calibration',
      schemaVersion: 1,
      madeAt: NOW.toISOString(),
      load: '--profile steady',
      local: { run: 'l7k2', target: 'k3s' },
      aws: { run: 'aws1', target: 'aws' },
    });
    expect(file.factors[0]).toMatchObject({ figure: 'lines a CPU-second of fluentd', factor: expect.closeTo(0.5, 9) });
    expect(jsonOf(join(results, 'calibration.json'))).toEqual(file);
    expect(said).toMatch(
      /\| lines a CPU-second of fluentd +\| direct \| 20,\d+ lines \| 10,\d+ lines \| 0\.5 \| 0\.4\d+–0\.5\d+ \|/,
    );
    expect(said).toContain(`written to ${join(onAws, 'calibration.json')} and ${join(results, 'calibration.json')}`);
  });

  test('writes to the file that was named, and to no other; prints it as JSON', () => {
    const [here, onAws] = pair();
    const out = join(results, 'own', 'fargate.json');
    calibrateFolders({ command: 'calibrate', folders: [here, onAws], out, json: true }, NOW, results);
    expect(JSON.parse(said)).toEqual(jsonOf(out));
    expect(() => jsonOf(join(onAws, 'calibration.json'))).toThrow('ENOENT');
    expect(() => jsonOf(join(results, 'calibration.json'))).toThrow('ENOENT');
  });

  test('refuses folders that are no load, writes nothing then, and says where it cannot write', () => {
    const [here, onAws] = pair();
    const e2e = put('e2e', { kind: 'e2e' });
    const into = (folders: [string, string], out?: string) => () =>
      calibrateFolders({ command: 'calibrate', folders, json: false, ...(out ? { out } : {}) }, NOW, results);
    expect(into([here, e2e])).toThrow(UsageError);
    expect(into([here, e2e])).toThrow('expected the results of `npm run load`');
    expect(into([join(results, 'none'), onAws])).toThrow('its results.json cannot be read');
    expect(
      into([here, put('rehearsed', { ...profile, run: 'r', target: 'aws', rehearsal: ['nothing is billed'] })]),
    ).toThrow('rehearsal');
    expect(() => jsonOf(join(results, 'calibration.json'))).toThrow('ENOENT');
    expect(into([here, onAws], join(here, 'results.json', 'out.json'))).toThrow(EnvironmentError);
  });
});

describe('plan', () => {
  const findings: Findings = {
    bytesPerLine: 200,
    fluentd: {
      baseCores: 0.02,
      coresPerLine: 50e-6,
      spread: 0,
      points: 5,
      toLines: 8000,
      memoryBytes: 2 ** 27,
      cpuLimit: 1,
    },
  };
  const options: PlanOptions = {
    command: 'plan',
    pods: 10,
    linesPerSecond: 3600,
    bytesPerLine: 200,
    peak: 1,
    goals: { p99: '5s', outage: '15m' },
    json: false,
  };
  const cpuOf = (more: Partial<PlanOptions> = {}) => {
    said = '';
    printPlan({ ...options, ...more }, results);
    return said.match(/\| sidecar, CPU \| ([\d.]+) cores/)?.[1];
  };
  const calibrate = (out?: string) => {
    const [here, onAws] = pair();
    calibrateFolders(
      { command: 'calibrate', folders: [here, onAws], json: true, ...(out ? { out } : {}) },
      NOW,
      results,
    );
  };

  test('says that it has local figures where there is no calibration', () => {
    put('questions', { findings });
    expect(cpuOf()).toBe('0.30');
    expect(said).toContain('\nlocal figures, not calibrated on Fargate\n');
  });

  test('finds the calibration, multiplies by it, and says so; --no-calibration does not', () => {
    put('questions', { findings });
    calibrate();
    expect(cpuOf()).toBe('0.55');
    expect(said).toContain(
      'calibrated on Fargate (--profile steady, 2026-11-28): from the run l7k2 of 2026-11-25 on k3s, 2 × AMD EPYC 7B13, to the run aws1',
    );
    expect(said).not.toContain('measured elsewhere');
    expect(cpuOf({ calibration: false })).toBe('0.30');
    expect(said).toContain('local figures, not calibrated on Fargate');
  });

  test('takes another file where one is named, in JSON as well', () => {
    put('questions', { findings });
    const out = join(results, 'fargate.json');
    calibrate(out);
    expect(cpuOf()).toBe('0.30');
    expect(cpuOf({ calibration: out })).toBe('0.55');
    said = '';
    printPlan({ ...options, calibration: out, json: true }, results);
    expect(JSON.parse(said)).toMatchObject({
      calibration: { aws: { run: 'aws1' } },
      basis: [expect.stringMatching(/^calibrated on Fargate/)],
    });
  });

  test('says where the factors are of another machine than the figures', () => {
    put('questions', { findings, machine: { ...fakeLoad().machine, cpuModel: 'Apple M4' } });
    calibrate();
    expect(cpuOf()).toBe('0.55');
    expect(said).toContain('measured elsewhere than it was calibrated: on k3s, 2 × Apple M4');
  });

  test('does not multiply what was measured on AWS', () => {
    const from = put('questions', { findings, target: 'aws' });
    calibrate();
    expect(cpuOf({ from })).toBe('0.30');
    expect(said).toContain('figures of AWS: nothing is to be calibrated');
    expect(() => cpuOf({ from, calibration: join(results, 'calibration.json') })).toThrow(/was measured on AWS/);
  });

  test.each([
    ['no JSON', '{"kind":', /expected a calibration in ".*calibration\.json".*--no-calibration/s],
    ['another schema', '{"kind":"calibration","schemaVersion":2}', /with schemaVersion 1 in ".*calibration\.json"/],
  ])('refuses a calibration that is %s', (_, text, message) => {
    put('questions', { findings });
    const file = join(results, 'calibration.json');
    writeFileSync(file, text);
    for (const calibration of [undefined, file]) {
      const attempt = () => cpuOf(calibration === undefined ? {} : { calibration });
      expect(attempt).toThrow(UsageError);
      expect(attempt).toThrow(message);
    }
  });

  test('refuses a named calibration that is not there, and one with a factor of 0', () => {
    put('questions', { findings });
    expect(() => cpuOf({ calibration: join(results, 'none.json') })).toThrow(/none\.json.*ENOENT/);
    const out = join(results, 'fargate.json');
    calibrate(out);
    const file = jsonOf(out);
    file.factors[0].factor = 0;
    writeFileSync(out, JSON.stringify(file));
    expect(() => cpuOf({ calibration: out })).toThrow(UsageError);
  });
});
