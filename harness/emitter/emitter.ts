import { wholeLines } from '../core/stages.ts';
import { warn } from './ledger-writer.ts';
import { LogFile } from './log-file.ts';
import type { EmitterOptions } from './options.ts';
import { StreamWriter } from './stream-writer.ts';

const TICK_MS = 10;
const DAY_MS = 86_400_000;
/** Longest that a timer of node can wait, ms. */
const LONGEST_MS = 2 ** 31 - 1;
/** Errors of opening a file that pass of themselves. */
const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EINTR', 'EAGAIN']);

/**
 * The sample application. Its load model is open: what is late is caught up, never left out. SIGUSR2 asks for one load
 * more; SIGTERM ends the load, and the last burst follows; SIGINT ends without one. Runs once.
 */
export class Emitter {
  readonly #options: EmitterOptions;
  readonly #files: LogFile[];
  readonly #streams: StreamWriter[];
  #loadsWanted = 0;
  #stoppedBy: 'SIGTERM' | 'SIGINT' | undefined;
  #wake: () => void = () => {};

  constructor(options: EmitterOptions) {
    const { run, files, stream, format, text, keep } = options;
    const boot = Date.now().toString(36);
    this.#options = options;
    this.#files = files.map(({ path }) => new LogFile(path, keep));
    this.#streams = this.#files.map(
      (file, i) =>
        new StreamWriter({
          run,
          stream: `${stream}.${boot}.${i + 1}`,
          format,
          text,
          lineBytes: files[i]!.lineBytes,
          file,
        }),
    );
  }

  /** Runs until the load is written (with `exitWhenDone`) or a signal ends it. Returns the exit code. */
  async run(): Promise<0 | 1> {
    const { onSignal, startDelayMs, exitWhenDone } = this.#options;
    process.on('SIGTERM', (signal) => this.#stop(signal));
    process.on('SIGINT', (signal) => this.#stop(signal));
    process.on('SIGUSR2', () => {
      this.#loadsWanted++;
      this.#wake();
    });
    if (!onSignal) {
      this.#loadsWanted++;
      await this.#until(Date.now() + startDelayMs);
    }
    if (!this.#stoppedBy && !this.#createFiles()) return 1;
    for (let loads = 0; !this.#stoppedBy && !(exitWhenDone && loads > 0 && loads >= this.#loadsWanted); ) {
      if (loads < this.#loadsWanted) {
        await this.#load();
        loads++;
      } else await this.#pause(LONGEST_MS);
    }
    if (this.#stoppedBy) await this.#leave();
    for (const stream of this.#streams) stream.end(this.#stoppedBy ? 'SIGTERM' : 'done');
    return 0;
  }

  #createFiles(): boolean {
    for (const [i, file] of this.#files.entries()) {
      try {
        file.open();
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (PASSING.has(code ?? '')) continue;
        const text = `cannot create ${file.path} as user ${process.getuid?.()}: ${message}; is the log volume mounted there, and may this user write to it?`;
        this.#streams[i]!.end('error', text);
        warn(text);
        return false;
      }
    }
    return true;
  }

  async #load(): Promise<void> {
    const { files, stages, count, maxForMs, linesPerSecond, rotateAtMs, rotation, noLastNewline, lastBurst } =
      this.#options;
    const started = Date.now();
    const rotations = this.#streams.map(() => [...rotateAtMs]);
    const how = { at: started, shiftMs: this.#shiftMs(started), openEnded: noLastNewline && lastBurst === 0 };
    for (const [i, stream] of this.#streams.entries()) {
      const { share } = files[i]!;
      if (stages) stream.startStages(stages, share, how);
      else stream.start(this.#share(count, i), linesPerSecond * share, how);
    }
    while (!this.#stoppedBy && (!this.#finished || rotations.some((left) => left.length > 0))) {
      const elapsed = Date.now() - started;
      for (const [i, stream] of this.#streams.entries()) {
        if (elapsed >= maxForMs) stream.cutShort(true);
        if (elapsed >= (rotations[i]![0] ?? Number.POSITIVE_INFINITY) && stream.rotate(rotation)) rotations[i]!.shift();
      }
      await this.#step();
    }
  }

  /** Stops the load, a torn line completed; then the last burst. */
  async #leave(): Promise<void> {
    const { lastBurst, lastBurstAfterMs, lastBurstOverMs, noLastNewline } = this.#options;
    for (const stream of this.#streams) stream.cutShort(false);
    while (!this.#finished) await this.#step();
    if (lastBurst === 0 || this.#stoppedBy === 'SIGINT') return;
    await this.#until(Date.now() + lastBurstAfterMs);
    const now = Date.now();
    const how = { at: now, sayDone: false, shiftMs: this.#shiftMs(now), openEnded: noLastNewline };
    for (const [i, stream] of this.#streams.entries()) {
      const lines = this.#share(lastBurst, i);
      stream.start(lines, lastBurstOverMs > 0 ? (lines * 1000) / lastBurstOverMs : 0, how);
    }
    while (!this.#finished) await this.#step();
  }

  /** How far the time in the lines of a load that starts at `now` is from the clock's, ms: it passes the midnight gone by once more. */
  #shiftMs(now: number): number {
    const { midnightAfterMs } = this.#options;
    if (midnightAfterMs === undefined) return 0;
    const passing = now + midnightAfterMs;
    return Math.floor(passing / DAY_MS) * DAY_MS - passing;
  }

  get #finished(): boolean {
    return this.#streams.every(({ finished }) => finished);
  }

  async #step(): Promise<void> {
    let more = false;
    for (const stream of this.#streams) more = stream.step() || more;
    // Lets signals through between two chunks.
    if (more) await new Promise((resolve) => setImmediate(resolve));
    else if (!this.#finished) await this.#pause(TICK_MS);
    else await this.#pause(1);
  }

  /** The part of `count` that file number `index` gets. */
  #share(count: number, index: number): number {
    const before = this.#options.files.slice(0, index).reduce((sum, { share }) => sum + share, 0);
    return wholeLines(count * (before + this.#options.files[index]!.share)) - wholeLines(count * before);
  }

  #stop(signal: NodeJS.Signals): void {
    this.#stoppedBy ??= signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
    this.#wake();
  }

  /** Until a time (ms since the epoch), or until stopped while that had not happened yet. */
  async #until(at: number): Promise<void> {
    const stopped = this.#stoppedBy;
    while (Date.now() < at && this.#stoppedBy === stopped) await this.#pause(at - Date.now());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, LONGEST_MS));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
