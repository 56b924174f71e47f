import { until } from '../core/condition.ts';
import type { Fault } from '../core/fault.ts';

/** Lets the application write its load once more, after all that came before. */
export function writeAgain(): Fault {
  return {
    name: 'writing again',
    at: 'after',
    async inject({ deployment, signal }) {
      await deployment.ready({ followed: true });
      const before = loadsDone(deployment.book.streams.values());
      await deployment.startLoad();
      await until(
        {
          name: 'the application to have written once more',
          look: () => {
            const done = loadsDone(deployment.book.streams.values());
            return done > before
              ? { met: true, value: undefined }
              : { met: false, saw: `${deployment.book.accepted} records written` };
          },
        },
        { withinMs: 300_000, signal },
      );
      return 'written once more';
    },
  };
}

function loadsDone(accounts: Iterable<{ loadsDone: number }>): number {
  return [...accounts].reduce((sum, account) => sum + account.loadsDone, 0);
}
