import { QUESTIONS, takes } from '../../load/ask.ts';
import { lastsMs, type Profile, podsOf } from '../core/profile.ts';
import type { TopologyName } from '../core/target.ts';
import { type AwsWork, OVERHEAD_MS } from '../targets/aws/plan.ts';
import type { LoadOptions } from './load-run-options.ts';

type Asked = Pick<LoadOptions, 'topologies' | 'repeat' | 'questions' | 'forMs'> & {
  settings: Pick<LoadOptions['settings'], 'edgeBytesPerSecond' | 'collectors'>;
};

/**
 * What a load does, for reckoning its time and its price: each run of the profile; without one the questions, among which the whole time of `--for` is shared out
 * as each takes at least. `slowStartMs`: as in LoadContext.
 */
export function workOfLoad(options: Asked, profile: Profile | undefined, slowStartMs: number): AwsWork[] {
  return profile ? workOfProfile(options, profile) : workOfQuestions(options, slowStartMs);
}

function workOfProfile({ topologies, repeat = 1, settings }: Asked, profile: Profile): AwsWork[] {
  const edge = profile.outage !== undefined || settings.edgeBytesPerSecond !== undefined;
  const round = topologies.flatMap((topology) =>
    podsOf(profile).map((pods) => ({
      ms: lastsMs(profile),
      pods: pods + further(topology, settings),
      alone: true,
      edge,
      topology,
    })),
  );
  return Array.from({ length: repeat }, () => round).flat();
}

function workOfQuestions({ topologies, questions, forMs = 0, settings }: Asked, slowStartMs: number): AwsWork[] {
  const asked = QUESTIONS.filter(({ number, takesMs }) => questions.includes(number) && takesMs > 0);
  const all = asked.reduce((sum, question) => sum + takes(question, slowStartMs), 0);
  return asked.map((question) => {
    const share = (forMs * takes(question, slowStartMs)) / all;
    // Only two of the questions have other ways to the domain than direct; the widest of them counts.
    const topology: TopologyName = [1, 5].includes(question.number) ? topologies.at(-1)! : 'direct';
    return {
      ms: Math.max(0, share - OVERHEAD_MS),
      pods: question.podsAtOnce + further(topology, settings),
      alone: true,
      edge: question.edge ?? settings.edgeBytesPerSecond !== undefined,
      topology,
    };
  });
}

/** Collectors above the one that stands beside each deployment anyway. */
function further(topology: TopologyName, { collectors = 1 }: Asked['settings']): number {
  return topology === 'direct' ? 0 : collectors - 1;
}
