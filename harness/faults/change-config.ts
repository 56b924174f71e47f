import type { Fault } from '../core/fault.ts';

/** Changes text of td-agent.conf in the ConfigMap, and nothing else. */
export function changeConfig(from: string, to: string, at: Fault['at']): Fault {
  return {
    name: `changing ${from} to ${to} in the ConfigMap`,
    at,
    inject: ({ deployment }) => deployment.changeConfig((conf) => conf.replaceAll(from, to)),
  };
}
