import ora, { type Ora } from 'ora';

/** How long something has been under way is shown after this many ms. */
const SHOW_TIME_AFTER_MS = 2000;

/** One status line for what is under way, one line for what is done; plain lines where there is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #spinner: Ora | undefined;
  #name = '';
  #since = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(name: string): void {
    this.#name = name;
    this.#since = performance.now();
    if (this.#stream.isTTY) this.#spinner = ora({ stream: this.#stream, text: name, discardStdin: false }).start();
  }

  /** What is going on right now. */
  say(what: string): void {
    const elapsedMs = performance.now() - this.#since;
    const time = elapsedMs > SHOW_TIME_AFTER_MS ? ` (${Math.round(elapsedMs / 1000)}s)` : '';
    const width = (this.#stream.columns ?? 120) - 6;
    if (this.#spinner) this.#spinner.text = `${this.#name}: ${what.replaceAll('\n', ' ')}${time}`.slice(0, width);
  }

  /** Ends what is under way with its line; `line` may be many. */
  done(line: string): void {
    this.stop();
    this.#stream.write(`${line.startsWith(' ') || line.includes(this.#name) ? line : `${this.#name} ${line}`}\n`);
  }

  print(text: string): void {
    this.stop();
    this.#stream.write(`${text}\n`);
  }

  stop(): void {
    this.#spinner?.stop();
    this.#spinner = undefined;
  }
}
