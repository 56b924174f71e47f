import type { V1Container, V1ContainerStatus } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';
import type { Ending } from '../../tools/child.ts';
import type { Container, ContainerSignal } from './container.ts';
import { probe } from './container-probes.ts';
import { type HandlerDoor, handle } from './handler.ts';

/** The kubelet's back-off between restarts starts at 10 s and ends at 5 min; here it is short, as a run is. The first restart is at once. */
const BACK_OFF_MS = [0, 1000, 2000, 4000, 8000];
/** A container that ran this long starts its back-off anew (kubelet: 10 min). */
const LONG_RUN_MS = 60_000;

export interface Kept {
  spec: V1Container;
  /** Begins a life. */
  start: () => Promise<Container>;
  connect: HandlerDoor['connect'];
  /** Told of what happens to it, as an event's reason and message. */
  event: (reason: string, message: string) => void;
}

/** How a container ended, as a status of Kubernetes words it. */
export interface Terminated {
  exitCode: number;
  reason: 'Completed' | 'Error';
  finishedAt: Date;
}

/** A container that is started again when it ends, with back-off, and probed while it runs, as the kubelet does. */
export class KeptContainer {
  readonly name: string;
  restarts = 0;
  /** Whether its readiness probe went well last; true where there is none and it runs. */
  ready = false;
  /** How its last life ended. */
  last: Terminated | undefined;
  readonly #kept: Kept;
  readonly #stopping = new AbortController();
  readonly #firstStarted = Promise.withResolvers<void>();
  #life: Container | undefined;
  #loop: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.name = kept.spec.name;
  }

  /** Starts it; resolves once its first life began and its startup probe, where there is one, went well. */
  async run(): Promise<void> {
    this.#loop = this.#keepRunning().catch((error) => {
      this.#failure = error;
      this.#firstStarted.reject(error);
    });
    await this.#firstStarted.promise;
  }

  get running(): boolean {
    return this.#life?.running ?? false;
  }

  /** State of its first process as the kernel words it. */
  get processState(): string | undefined {
    return this.#life?.state;
  }

  /** Whether its first process has a handler for SIGUSR2. */
  get catchesUsr2(): boolean {
    return this.running && this.#life!.catchesUsr2;
  }

  /** Why it will never run, or undefined. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** As Kubernetes words it. */
  get status(): V1ContainerStatus {
    const { name, restarts: restartCount, ready, last } = this;
    const state = this.running
      ? { running: { startedAt: this.#life!.startedAt } }
      : {
          waiting: this.#failure
            ? { reason: 'CreateContainerError', message: this.#failure.message }
            : { reason: 'BackOff' },
        };
    return {
      name,
      restartCount,
      ready,
      containerID: this.#life?.id ?? '',
      image: '',
      imageID: '',
      state,
      ...(last ? { lastState: { terminated: last } } : {}),
    };
  }

  /** Runs a command in its life and returns its stdout; rejects where it does not run, or does not end well. */
  async exec(command: readonly string[], withinMs: number): Promise<string> {
    if (!this.#life?.running) throw new Error(`container ${this.name} does not run`);
    return this.#life.exec(command, withinMs);
  }

  signal(signal: ContainerSignal): boolean {
    if (!this.#life?.running) return false;
    this.#life.signal(signal);
    return true;
  }

  /** Its hook, SIGTERM, and SIGKILL once the grace is over. Resolves when it has ended; it is not started again. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const life = this.#life;
    if (life?.running) {
      const deadline = performance.now() + graceMs;
      const { preStop } = this.#kept.spec.lifecycle ?? {};
      if (preStop && graceMs > 0)
        await handle(preStop, this.#kept.spec, this.#door(life), graceMs).catch((error) =>
          this.#kept.event('FailedPreStopHook', `${this.name}: ${error.message}`),
        );
      this.#kept.event('Killing', `Stopping container ${this.name}`);
      life.signal('SIGTERM');
      await this.#killUnlessEnded(life, deadline - performance.now());
    }
    await this.#loop;
  }

  async #killUnlessEnded(life: Container, withinMs: number): Promise<void> {
    const timer = setTimeout(
      () => {
        this.#kept.event('Killing', `${this.name} did not end within its grace period: SIGKILL`);
        life.signal('SIGKILL');
      },
      Math.max(0, withinMs),
    );
    await life.ended;
    clearTimeout(timer);
  }

  async #keepRunning(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      const life = await this.#kept.start();
      this.#life = life;
      this.#kept.event('Started', `Started container ${this.name}`);
      if (this.#stopping.signal.aborted) life.signal('SIGKILL');
      const probing = new AbortController();
      const probes = this.#probe(life, probing.signal);
      const ending = await life.ended;
      probing.abort();
      await probes;
      this.ready = false;
      this.last = terminatedBy(ending);
      this.#kept.event(
        this.last.reason === 'Error' ? 'Failed' : 'Completed',
        `container ${this.name} ended with exit code ${this.last.exitCode}`,
      );
      if (this.#stopping.signal.aborted) return;
      failures = Date.now() - life.startedAt.getTime() > LONG_RUN_MS ? 0 : failures;
      const wait = BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]!;
      if (wait > 0) this.#kept.event('BackOff', `Back-off ${wait / 1000}s restarting container ${this.name}`);
      await pause(wait, this.#stopping.signal).catch(() => {});
      this.restarts++;
    }
  }

  #probe(life: Container, signal: AbortSignal): Promise<void> {
    const { spec, event } = this.#kept;
    return probe({
      spec,
      startedAt: life.startedAt,
      door: this.#door(life),
      signal,
      started: this.#firstStarted.resolve,
      ready: (well) => {
        this.ready = well;
      },
      unhealthy: (which, why) => event('Unhealthy', `${this.name}: ${which} probe failed: ${why}`),
      kill: () => {
        life.signal('SIGTERM');
        return this.#killUnlessEnded(life, (spec.livenessProbe?.terminationGracePeriodSeconds ?? 30) * 1000);
      },
    });
  }

  #door(life: Container): HandlerDoor {
    return { connect: this.#kept.connect, exec: (command, withinMs) => life.exec(command, withinMs) };
  }
}

/** A signal's number above 128, as a shell and Kubernetes count it. */
function terminatedBy({ code, signal }: Ending): Terminated {
  const numbers: Partial<Record<NodeJS.Signals, number>> = {
    SIGKILL: 9,
    SIGTERM: 15,
    SIGINT: 2,
    SIGSEGV: 11,
    SIGABRT: 6,
  };
  const exitCode = code ?? 128 + (numbers[signal!] ?? 0);
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt: new Date() };
}
