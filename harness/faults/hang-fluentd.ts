import type { LastingFault } from '../core/fault.ts';

/** Stops all of fluentd's processes where they are (SIGSTOP), and lets them go on (SIGCONT). */
export const hangFluentd: LastingFault = {
  name: 'fluentd hangs',
  begin: ({ deployment }) => deployment.signalFluentd('SIGSTOP'),
  end: ({ deployment }) => deployment.signalFluentd('SIGCONT'),
};
