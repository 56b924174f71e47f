import ora, { type Ora } from 'ora';

/** How long something has been under way is shown after this many ms. */
const SHOW_TIME_AFTER_MS = 2000;

/** One status line for all that is under way, one line for what is done; plain lines where there is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #underWay = new Map<string, { what: string; since: number }>();
  #spinner: Ora | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(name: string): void {
    this.#underWay.set(name, { what: '', since: performance.now() });
    this.#show();
  }

  /** What is going on with it right now. */
  say(name: string, what: string): void {
    const one = this.#underWay.get(name);
    if (!one) return;
    one.what = what.replaceAll('\n', ' ');
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

  stop(): void {
    this.#underWay.clear();
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  #show(): void {
    if (!this.#stream.isTTY) return;
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
