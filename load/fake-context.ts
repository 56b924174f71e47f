import type { Trial } from '../harness/core/load-results.ts';
import type { Sample } from '../harness/core/sample.ts';
import { fakeTrial } from '../harness/report/fake-load.ts';
import type { LoadContext, Measured, TrialSpec } from './context.ts';

/** What a trial of a fake context comes to, beside what its spec says. */
export type Play = (spec: TrialSpec) => Partial<Trial> & { samples?: Sample[] };

/** A context whose trials are played, for tests of the questions. */
export function fakeContext(
  play: Play,
  over: Partial<LoadContext> = {},
): LoadContext & { asked: TrialSpec[]; leftOut: string[] } {
  const asked: TrialSpec[] = [];
  const leftOut: string[] = [];
  const trials: Measured[] = [];
  const trial = async (spec: TrialSpec): Promise<Measured> => {
    asked.push(spec);
    const { samples = [], ...figures } = play(spec);
    const { linesPerSecond } = spec.load;
    const offered = linesPerSecond === 'max' ? 0 : linesPerSecond * (spec.pods ?? 1);
    const measured = {
      ...fakeTrial(spec.name, { topology: spec.topology ?? 'direct', pods: spec.pods ?? 1, offered, thresholds: [] }),
      drainMs: 500,
      ...figures,
      samples,
    };
    trials.push(measured);
    return measured;
  };
  return {
    goals: { linesPerSecond: 1000, bytesPerLine: 200, pods: 10, p99Ms: 5000, outageMs: 900_000 },
    topologies: ['direct'],
    repeat: 1,
    findings: { bytesPerLine: 200 },
    trials,
    trial,
    besides: (specs) => Promise.all(specs.map(trial)),
    leftMs: () => 1e9,
    reserveMs: 0,
    bulkTimes: undefined,
    footprint: undefined,
    slowStartMs: 0,
    engineCores: 2,
    cpuLimit: 0.5,
    bufferBytes: 512 * 2 ** 20,
    say: () => {},
    leaveOut: (what) => leftOut.push(what),
    ...over,
    asked,
    leftOut,
  };
}
