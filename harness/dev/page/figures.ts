import { bufferState } from '../../targets/kube/buffer-state.ts';
import { parseMonitor } from '../../telemetry/monitor.ts';
import type { Rates } from '../../telemetry/rates.ts';
import { edgeMetrics } from '../../telemetry/sources.ts';
import { DASHBOARD } from '../dashboards/saved-objects.ts';
import type { DevStack } from '../stack.ts';
import type { EdgeFigures, FluentdFigures, ShownPart } from './messages.ts';

/** What fluentd holds, by monitor_agent's answer, and whether it retries, by its log; throws where no buffer is told of. */
export function fluentdFigures(plugins: unknown, log: readonly string[]): FluentdFigures {
  const json = JSON.stringify(plugins);
  const { bufferBytes, queuedChunks, retries, slowFlushes, bufferShare } = parseMonitor(json);
  if (bufferBytes === undefined) throw new Error('fluentd’s monitor_agent tells of no output with a buffer');
  return {
    bufferBytes,
    queuedChunks: queuedChunks ?? 0,
    retrying: bufferState(json, log).retrying,
    retries: retries ?? 0,
    slowFlushes: slowFlushes ?? 0,
    deadLetters: deadLettersIn(plugins),
    ...(bufferShare === undefined ? {} : { bufferShare }),
  };
}

/** Records that came to the output `dead_letters`, as td-agent.conf calls it. */
function deadLettersIn(answer: unknown): number {
  const { plugins = [] } = answer as { plugins?: { plugin_id?: string; emit_records?: number }[] };
  return plugins.find(({ plugin_id }) => plugin_id === 'dead_letters')?.emit_records ?? 0;
}

/** What came to the edge, by its counters now and at the reading before. */
export function edgeFigures(
  counters: { statuses: Record<string, number>; refusals: Record<string, number> },
  rates: Rates,
): EdgeFigures {
  const metrics = edgeMetrics(counters, performance.now(), rates);
  const named = {
    requestsPerSecond: metrics['edge.requests'],
    acceptedPerSecond: metrics['accepted.lines'],
    refusedPerSecond: metrics['edge.refused'],
    bytesPerSecond: metrics['edge.bytes'],
  };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), statuses: counters.statuses, refusals: counters.refusals };
}

/** The parts, each with the command that shows its log, and with its address where it has a page. */
export async function partsOf(stack: DevStack): Promise<ShownPart[]> {
  const parts = await stack.parts();
  const { engine, dashboards } = stack.addresses;
  const board = dashboards && `${dashboards}/app/dashboards#/view/${DASHBOARD}`;
  const urls: Partial<Record<string, string | undefined>> = { engine, dashboards: board };
  return parts.map((state) => {
    const url = state.state === 'running' ? urls[state.part] : undefined;
    return { ...state, byHand: stack.byHand(state.part), ...(url ? { url } : {}) };
  });
}
