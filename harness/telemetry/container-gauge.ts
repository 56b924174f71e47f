import type { PartReading } from '../core/reading.ts';
import { ASK, ASK_WITH_VOLUME, END_OF_ANSWER } from './gauge-script.ts';
import { type GaugeReading, parseGauge } from './gauge-text.ts';

/** A command that runs in a container and is spoken to. */
export interface ExecStream {
  write(text: string): void;
  /** Resolved when it ended, however. */
  ended: Promise<void>;
  /** Closes its stdin and the connection. */
  stop(): void;
}

export type OpenStream = (onLine: (line: string) => void) => Promise<ExecStream>;

/** The volume's bytes are counted with every so many readings. */
const VOLUME_EVERY = 5;

/** Reads one life of one container over a stream that stays open. */
export class ContainerGauge {
  /** When the newest reading came, ms since the epoch. */
  at = 0;
  newest: GaugeReading = {};
  /** Its stream ended. */
  over = false;
  /** It never answered: there is no shell, or nobody may look in. */
  get mute(): boolean {
    return this.over && this.#answered === 0;
  }
  readonly #stream: Promise<ExecStream | undefined>;
  readonly #now: () => number;
  #lines: string[] = [];
  #asked = 0;
  #answered = 0;
  #heard: () => void = () => {};

  constructor(open: OpenStream, now: () => number = Date.now) {
    this.#now = now;
    this.#stream = open((line) => this.#hear(line)).catch(() => undefined);
    void this.#stream
      .then((stream) => stream?.ended)
      .then(() => {
        this.over = true;
        this.#heard();
      });
  }

  /** Asks for a reading, unless one is still to come, and waits for it; false where it did not come in time. */
  async read(late: Promise<void>): Promise<boolean> {
    const heard = new Promise<void>((resolve) => {
      this.#heard = resolve;
    });
    const asked = this.#stream.then((stream) => {
      if (!stream || this.over) return;
      if (this.#asked === this.#answered) stream.write(this.#asked++ % VOLUME_EVERY === 0 ? ASK_WITH_VOLUME : ASK);
      return heard;
    });
    const before = this.#answered;
    await Promise.race([asked, late]);
    return this.#answered > before;
  }

  reading(): Omit<PartReading, 'part' | 'source'> {
    return { at: this.at, ...this.newest };
  }

  async stop(): Promise<void> {
    const stream = await this.#stream;
    stream?.stop();
    await stream?.ended;
  }

  #hear(line: string): void {
    if (line !== END_OF_ANSWER) {
      this.#lines.push(line);
      return;
    }
    const { volumeBytes } = this.newest;
    // Counted now and then only.
    this.newest = { ...(volumeBytes === undefined ? {} : { volumeBytes }), ...parseGauge(this.#lines) };
    this.#lines = [];
    this.at = this.#now();
    this.#answered++;
    this.#heard();
  }
}
