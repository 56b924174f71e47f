import type { BufferState } from '../../core/target.ts';
import { bufferState, together } from './buffer-state.ts';
import { askMonitor } from './monitor-agent.ts';
import type { Parts } from './parts.ts';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** What the sidecars and the parts behind them still hold. */
export async function heldBy(pods: Pods, parts: Parts, prepared: Prepared): Promise<BufferState> {
  const further = await parts.buffers();
  if (further.length === 0) return heldBySidecars(pods, prepared);
  return together(pods.now.length === 0 ? further : [await heldBySidecars(pods, prepared), ...further]);
}

async function heldBySidecars(pods: Pods, { anatomy, monitorPort }: Prepared): Promise<BufferState> {
  const log = pods.logs.linesOf(anatomy.fluentd.name);
  if (monitorPort === undefined) return bufferState(undefined, log);
  const running = pods.now.filter(({ status }) => status?.phase === 'Running');
  const answers = await Promise.all(running.map(({ metadata }) => askMonitor(pods, metadata!.name!, monitorPort)));
  return together(answers.map((answer) => bufferState(answer, log)));
}
