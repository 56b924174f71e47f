import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';
import { type HandlerDoor, handle } from './handler.ts';

/** One life of a container, for its probes, and whom they tell. */
export interface Probed {
  spec: V1Container;
  startedAt: Date;
  door: HandlerDoor;
  /** Aborted when the life ends. */
  signal: AbortSignal;
  /** Its startup probe went well, or it has none. */
  started: () => void;
  /** What its readiness probe found; a container without one is ready once it started. */
  ready: (well: boolean) => void;
  /** A probe failed as often as it may; `why`: what the last one met. */
  unhealthy: (which: 'startup' | 'readiness' | 'liveness', why: string) => void;
  /** A startup or liveness probe gave the life up. */
  kill: () => Promise<void>;
}

/** Probes one life until it ends, as the kubelet does: startup first, then readiness and liveness side by side. */
export async function probe(probed: Probed): Promise<void> {
  const { signal, unhealthy } = probed;
  const { startupProbe, readinessProbe, livenessProbe } = probed.spec;
  const giveUp = (which: 'startup' | 'liveness', why: string) => {
    unhealthy(which, why);
    return probed.kill();
  };
  if (startupProbe) {
    const well = await until(startupProbe, probed, 'well');
    if (well !== undefined) return giveUp('startup', well);
    if (signal.aborted) return;
  }
  probed.started();
  if (!readinessProbe) probed.ready(true);
  const follow = async (readiness: V1Probe) => {
    for (let up = false; !signal.aborted; up = !up) {
      const why = await until(readiness, probed, up ? 'ill' : 'well', true);
      if (signal.aborted) return;
      probed.ready(!up);
      if (up) unhealthy('readiness', why!);
    }
  };
  const live = async (liveness: V1Probe) => {
    const why = await until(liveness, probed, 'ill');
    if (!signal.aborted && why !== undefined) await giveUp('liveness', why);
  };
  await Promise.all([
    readinessProbe ? follow(readinessProbe) : undefined,
    livenessProbe ? live(livenessProbe) : undefined,
  ]);
}

/**
 * Probes until it went `well` or `ill` as often in a row as its threshold says; the reason of the last failure, or undefined. `patient`: goes on
 * when it fails though it is to go well (readiness); otherwise `failureThreshold` failures end it.
 */
async function until(
  asked: V1Probe,
  { spec, door, startedAt, signal }: Probed,
  end: 'well' | 'ill',
  patient = false,
): Promise<string | undefined> {
  const {
    initialDelaySeconds = 0,
    periodSeconds = 10,
    timeoutSeconds = 1,
    failureThreshold = 3,
    successThreshold = 1,
  } = asked;
  const rest = (seconds: number) => pause(seconds * 1000, signal).catch(() => {});
  const elapsed = (Date.now() - startedAt.getTime()) / 1000;
  await rest(Math.max(0, initialDelaySeconds - elapsed));
  for (let row = { well: 0, ill: 0 }; !signal.aborted; await rest(periodSeconds)) {
    const why = await handle(asked, spec, door, timeoutSeconds * 1000).then(
      () => undefined,
      (error: Error) => error.message,
    );
    row = why === undefined ? { well: row.well + 1, ill: 0 } : { well: 0, ill: row.ill + 1 };
    if (end === 'well' && row.well >= successThreshold) return undefined;
    if (!(end === 'well' && patient) && row.ill >= failureThreshold) return why;
  }
  return undefined;
}
