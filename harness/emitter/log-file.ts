import { closeSync, copyFileSync, existsSync, openSync, renameSync, truncateSync, unlinkSync, writeSync } from 'node:fs';

export type Rotation = 'rename' | 'copytruncate' | 'delete-and-create';

/** The log file of one stream: appended to, rotated, never written in part without knowing it. */
export class LogFile {
  readonly path: string;
  readonly #keep: number;
  #fd: number | undefined;

  /** `keep`: how many rotated files stay. */
  constructor(path: string, keep: number) {
    this.path = path;
    this.#keep = keep;
  }

  /** Creates the file unless it is there. Throws where its folder is missing or closed to us. */
  open(): void {
    this.#fd ??= openSync(this.path, 'a', 0o644);
  }

  /** Appends bytes [from, to); returns how many were taken, which may be fewer. Throws ENOSPC and the like when none was. */
  append(bytes: Buffer, from: number, to: number): number {
    this.open();
    return writeSync(this.#fd!, bytes, from, to - from);
  }

  rotate(how: Rotation): void {
    if (how === 'copytruncate') {
      this.#shift();
      copyFileSync(this.path, `${this.path}.1`);
      truncateSync(this.path);
      return;
    }
    this.close();
    if (how === 'delete-and-create') unlinkSync(this.path);
    else {
      this.#shift();
      renameSync(this.path, `${this.path}.1`);
    }
    this.open();
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** app.log.1 becomes app.log.2 and so on; the oldest goes. */
  #shift(): void {
    const name = (generation: number) => `${this.path}.${generation}`;
    if (existsSync(name(this.#keep))) unlinkSync(name(this.#keep));
    for (let generation = this.#keep - 1; generation >= 1; generation--) {
      if (existsSync(name(generation))) renameSync(name(generation), name(generation + 1));
    }
  }
}
