import { pause } from '../core/condition.ts';
import { type DurationLiteral, parseDuration } from '../core/duration.ts';
import type { Fault } from '../core/fault.ts';
import { seen } from './evidence.ts';

/**
 * Kills the domain's front door once the engine has taken a bulk whose sender has no answer yet, and starts it again after `awayFor`, and not before
 * fluentd was seen to retry.
 */
export function killEdge(at: Fault['at'], awayFor: DurationLiteral = '4s'): Fault {
  return {
    name: `killing the front door of the domain for ${awayFor}`,
    at,
    needs: ['edge'],
    async inject({ deployment, signal }) {
      let retried: string | undefined;
      const ended = await deployment.killEdge(async () => {
        const look = async () => {
          const { retrying, saw } = await deployment.buffer();
          return retrying ? { met: true as const, value: saw } : { met: false as const, saw };
        };
        const back = pause(parseDuration(awayFor), signal);
        retried = await seen('fluentd to retry while the edge is away', look, signal);
        await back;
      });
      return ended && retried ? `${ended}; fluentd meanwhile: ${retried}` : undefined;
    },
  };
}
