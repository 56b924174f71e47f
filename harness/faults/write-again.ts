import { until } from '../core/condition.ts';
import type { Fault } from '../core/fault.ts';

/** Lets every application that runs write its load once more, after all that came before. */
export function writeAgain(): Fault {
  return {
    name: 'writing again',
    at: 'after',
    async inject({ deployment, signal }) {
      const { streams } = deployment.book;
      await deployment.ready({ followed: true });
      const before = new Map(
        [...streams].map(([stream, { paces, loadsDone }]) => [stream, { paces: paces.length, loadsDone }]),
      );
      await deployment.startLoad();
      const unwritten = () =>
        [...streams.values()].filter(({ stream, paces, loadsDone, ended }) => {
          const then = before.get(stream) ?? { paces: 0, loadsDone: 0 };
          return !ended && paces.length > then.paces && loadsDone === then.loadsDone;
        });
      await until(
        {
          name: 'every application to have written once more',
          look: () =>
            unwritten().length === 0
              ? { met: true, value: undefined }
              : {
                  met: false,
                  saw: `${deployment.book.accepted} records written; ${unwritten().length} streams are at it`,
                },
        },
        { withinMs: 300_000, signal },
      );
      return 'written once more';
    },
  };
}
