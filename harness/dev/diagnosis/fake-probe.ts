import { PROBE_STAGES, type ProbeResult, type ProbeStage } from '../probe.ts';

/** A probe that came as far as `to`. */
export function probed(to: ProbeStage): ProbeResult {
  const stages = PROBE_STAGES.map((stage, i) =>
    i <= PROBE_STAGES.indexOf(to) ? { stage, afterMs: 100 * i } : { stage, afterMs: undefined, saw: `not ${stage}` },
  );
  const found = to === 'searchable' ? { searchableMs: 300, index: 'logstash-2026.11.25' } : { searchableMs: undefined };
  return { id: 'probe1/probe.0.0/000000000', stages, ...found };
}
