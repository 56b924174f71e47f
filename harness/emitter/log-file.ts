import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

export const ROTATIONS = ['rename', 'copytruncate', 'delete-and-create'] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** One log file: appended to (O_APPEND), rotated. Whatever it throws, the same call may be made again. */
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

  /**
   * After `rename` and `delete-and-create` there is no file until {@link open}. `meanwhile` is called between copy and truncation: whoever rotates
   * from outside, as logrotate does, can't keep the application from writing then.
   */
  rotate(how: Rotation, meanwhile: () => void = () => {}): void {
    if (how === 'copytruncate') {
      this.#copyAndTruncate(meanwhile);
      return;
    }
    this.close();
    if (how === 'delete-and-create') unlinkSync(this.path);
    else {
      this.#shift();
      renameSync(this.path, this.#rotated(1));
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #copyAndTruncate(meanwhile: () => void): void {
    this.#shift();
    try {
      copyFileSync(this.path, this.#rotated(1));
    } catch (error) {
      rmSync(this.#rotated(1), { force: true });
      throw error;
    }
    meanwhile();
    truncateSync(this.path);
  }

  /** app.log.1 becomes app.log.2 and so on; the oldest goes. Nothing moves while .1 is free: a second try must not shift again. */
  #shift(): void {
    if (!existsSync(this.#rotated(1))) return;
    rmSync(this.#rotated(this.#keep), { force: true });
    for (let generation = this.#keep - 1; generation >= 1; generation--) {
      if (existsSync(this.#rotated(generation))) renameSync(this.#rotated(generation), this.#rotated(generation + 1));
    }
  }

  #rotated(generation: number): string {
    return `${this.path}.${generation}`;
  }
}
