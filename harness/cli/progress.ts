import ora, { type Ora } from 'ora';

/** How long something has been under way is shown after this many ms. */
const SHOW_TIME_AFTER_MS = 2000;

/** One status line for all that is under way, one line for what is done; plain lines where there is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #underWay = new Map<string, { what: string; since: number; told?: Set<string> }>();
  #spinner: Ora | undefined;
  #aside = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** `told`: where there is no terminal, each thing that goes on with it has a line, for the log of a CI that would be silent for minutes. */
  start(name: string, { told = false } = {}): void {
    this.#underWay.set(name, { what: '', since: performance.now(), ...(told ? { told: new Set() } : {}) });
    this.#show();
  }

  /** What is going on with it right now; behind `: ` what changes as it goes. */
  say(name: string, what: string): void {
    const one = this.#underWay.get(name);
    if (!one) return;
    one.what = what.replaceAll('\n', ' ');
    this.#tell(name, one.what.replace(/: .*/, ''), one.told);
    this.#show();
  }

  /** Ends what is under way with its line; `line` may be many. */
  done(name: string, line: string): void {
    this.#underWay.delete(name);
    this.print(line);
  }

  print(text: string): void {
    this.#spinner?.stop();
    this.#stream.write(`${text}\n`);
    if (this.#underWay.size > 0) this.#show();
  }

  /** Leaves the line to somebody else, who asks a question there. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#spinner?.stop();
    this.#aside = true;
    try {
      return await work();
    } finally {
      this.#aside = false;
      if (this.#underWay.size > 0) this.#show();
    }
  }

  stop(): void {
    this.#underWay.clear();
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  #tell(name: string, what: string, told: Set<string> | undefined): void {
    if (this.#stream.isTTY || !told || told.has(what)) return;
    told.add(what);
    this.print(`· ${name}: ${what}`);
  }

  #show(): void {
    if (!this.#stream.isTTY || this.#aside) return;
    this.#spinner ??= ora({ stream: this.#stream, discardStdin: false });
    const width = Math.floor(((this.#stream.columns ?? 120) - 4) / this.#underWay.size) - 3;
    const parts = Array.from(this.#underWay, ([name, { what, since }]) => {
      const elapsedMs = performance.now() - since;
      const time = elapsedMs > SHOW_TIME_AFTER_MS ? ` ${Math.round(elapsedMs / 1000)}s` : '';
      return `${name}${time}${what ? `: ${what}` : ''}`.slice(0, width);
    });
    this.#spinner.text = parts.join(' · ');
    if (!this.#spinner.isSpinning) this.#spinner.start();
  }
}
