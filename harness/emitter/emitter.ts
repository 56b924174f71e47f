import type { EmitterOptions } from './options.ts';
import { StreamWriter } from './stream-writer.ts';

const TICK_MS = 10;
/** Wait after a write that failed, ms: at first, and at most. */
const BACK_OFF_MS = { first: 50, most: 2000 };

/**
 * The sample application. Writes its load at an open pace: what is late is caught up, never left out. On SIGTERM it writes a last burst and ends; a
 * second SIGTERM changes nothing.
 */
export class Emitter {
  readonly #options: EmitterOptions;
  readonly #streams: StreamWriter[];
  #term = Promise.withResolvers<void>();
  #terminated = false;
  #loadsWanted = 0;
  #wake: () => void = () => {};

  constructor(options: EmitterOptions) {
    const { run, paths, stream, format, lineBytes, keep } = options;
    const boot = Date.now().toString(36);
    this.#options = options;
    this.#streams = paths.map((path, i) => new StreamWriter({ run, stream: `${stream}.${boot}.${i}`, path, format, lineBytes, keep }));
  }

  /** Runs until the load is written (with `exitWhenDone`) or a signal ends it. Throws when the first file cannot be created. */
  async run(): Promise<void> {
    const { onSignal, startDelayMs, exitWhenDone } = this.#options;
    // Something must keep the process alive between two loads.
    const alive = setInterval(() => {}, 60_000);
    process.on('SIGTERM', () => this.#stop()).on('SIGINT', () => this.#stop());
    process.on('SIGUSR2', () => {
      this.#loadsWanted++;
      this.#wake();
    });
    if (onSignal) for (const { file } of this.#streams) file.open();
    else {
      await this.#pause(startDelayMs);
      this.#loadsWanted = 1;
    }
    for (let loads = 0; !this.#terminated; loads++) {
      while (this.#loadsWanted <= loads && !this.#terminated) await this.#woken();
      if (this.#terminated) break;
      await this.#load();
      if (exitWhenDone && this.#loadsWanted <= loads + 1) break;
    }
    if (this.#terminated) await this.#lastBurst();
    for (const stream of this.#streams) stream.end(this.#terminated ? 'SIGTERM' : 'done');
    clearInterval(alive);
    // The signal handlers would keep nothing alive, but a late SIGUSR2 must not start anything.
    process.exit(0);
  }

  async #load(): Promise<void> {
    const { count, linesPerSecond, rotateAtMs, rotation } = this.#options;
    const share = this.#streams.length;
    for (const stream of this.#streams) stream.file.open();
    const ends = this.#streams.map((stream, i) => stream.written + Math.floor(count / share) + (i < count % share ? 1 : 0));
    for (const stream of this.#streams) stream.setPace(linesPerSecond / share);
    const started = Date.now();
    const rotations = [...rotateAtMs];
    let failures = 0;
    while (!this.#terminated && this.#streams.some((stream, i) => stream.written < ends[i]! || stream.torn)) {
      const now = Date.now();
      while (rotations.length > 0 && now - started >= rotations[0]! && !this.#streams.some(({ torn }) => torn)) {
        rotations.shift();
        for (const stream of this.#streams) stream.rotate(rotation);
      }
      try {
        let busy = false;
        for (const [i, stream] of this.#streams.entries()) busy = stream.writeTo(Math.min(ends[i]!, stream.due(now)), ends[i]!) || busy;
        failures = 0;
        await (busy && linesPerSecond === 0 ? this.#breathe() : this.#pause(TICK_MS));
      } catch (error) {
        if (failures++ === 0) process.stderr.write(`emitter: ${(error as Error).message}; trying again\n`);
        await this.#pause(Math.min(BACK_OFF_MS.first * 2 ** failures, BACK_OFF_MS.most));
      }
    }
    if (!this.#terminated) for (const stream of this.#streams) stream.done();
  }

  async #lastBurst(): Promise<void> {
    const { lastBurst, lastBurstAfterMs } = this.#options;
    for (const stream of this.#streams) stream.confirm();
    if (lastBurst === 0) return;
    await new Promise((resolve) => setTimeout(resolve, lastBurstAfterMs));
    for (const stream of this.#streams) {
      const end = stream.written + lastBurst;
      stream.setPace(0);
      while (stream.written < end || stream.torn) stream.writeTo(end);
    }
  }

  #stop(): void {
    this.#terminated = true;
    this.#term.resolve();
    this.#wake();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets signals through between two writes. */
  #breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return this.#breathe();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([over, this.#term.promise]);
    clearTimeout(timer);
  }
}
