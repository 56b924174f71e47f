import { randomUUID } from 'node:crypto';
import { type DurationLiteral, parseDuration, parseSize, type SizeLiteral } from '../core/duration.ts';
import type { LastingFault } from '../core/fault.ts';
import { number } from '../core/verdict.ts';
import type { RuleInput } from '../edge/rules.ts';
import { evidence } from './evidence.ts';

/** What the edge answers; times and sizes as literals, the rest as its rules have it. */
export type EdgeAnswer =
  | Exclude<RuleInput['answer'], { delayMs: number } | { bytesPerSecond: number } | { clockAheadMs: number }>
  | { delay: DurationLiteral }
  | { perSecond: SizeLiteral }
  /** The edge's clock, ahead of fluentd's: requests look as if they had been signed that long ago. */
  | { clockAhead: DurationLiteral };

/** For which requests: `after` so many, at most the `first` so many, a `share` of them; bulks unless a `path` is given. */
export type EdgeWhen = Pick<NonNullable<RuleInput['when']>, 'path' | 'method' | 'after' | 'first' | 'share'>;

/** `during('20s', '40s', edge.answers({ status: 503 }))`: is over only once it bit; one that never did leaves no trace. */
export const edge = {
  answers(answer: EdgeAnswer, when: EdgeWhen = {}): LastingFault {
    const set = randomUUID();
    const name = `the domain answers with ${describe(answer)}${Object.keys(when).length > 0 ? ` (${describe(when)})` : ''}`;
    return {
      name,
      needs: ['edge'],
      async begin({ domain }) {
        if (!domain) return undefined;
        await domain.rule([{ when, answer: inForce(answer) }], set);
        return 'in force';
      },
      async end({ domain, signal }) {
        if (!domain) return undefined;
        const asked = async () => (await domain.bites(set)).count;
        const count = await evidence('the domain to be asked while it answers so', asked, signal);
        await domain.rule([], set);
        return count > 0 ? `${number(count)} requests` : undefined;
      },
    };
  },
};

function inForce(answer: EdgeAnswer): RuleInput['answer'] {
  if ('delay' in answer) return { delayMs: parseDuration(answer.delay) };
  if ('perSecond' in answer) return { bytesPerSecond: parseSize(answer.perSecond) };
  if ('clockAhead' in answer) return { clockAheadMs: parseDuration(answer.clockAhead) };
  return answer;
}

const IN_WORDS: Record<string, string> = {
  hang: 'silence',
  truncate: 'half an answer',
  breakHandshake: 'a broken handshake',
};

/** `status 503`, `items status 429 share 0.3` */
function describe(value: object): string {
  return Object.entries(value)
    .map(([key, inner]) => {
      if (inner === true) return IN_WORDS[key] ?? `a ${key}`;
      return `${key} ${Array.isArray(inner) ? JSON.stringify(inner) : typeof inner === 'object' && inner ? describe(inner) : inner}`;
    })
    .join(' ');
}
