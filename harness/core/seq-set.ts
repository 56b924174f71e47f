/** A half-open range of seqs: `from` is in it, `to` is not. */
export interface SeqRange {
  from: number;
  to: number;
}

/** A growing set of seqs, one bit each, so that a million records take 125 kB. */
export class SeqSet {
  #words = new Uint32Array(64);
  #size = 0;

  /** How many seqs are in the set. */
  get size(): number {
    return this.#size;
  }

  /** A seq that is above all in the set. */
  get end(): number {
    return this.#words.length * 32;
  }

  /** Adds a seq; false if it was in the set already. */
  add(seq: number): boolean {
    const word = seq >>> 5;
    if (word >= this.#words.length) this.#grow(word);
    const bit = 1 << (seq & 31);
    if ((this.#words[word]! & bit) !== 0) return false;
    this.#words[word]! |= bit;
    this.#size++;
    return true;
  }

  has(seq: number): boolean {
    return ((this.#words[seq >>> 5] ?? 0) & (1 << (seq & 31))) !== 0;
  }

  /** Runs of seqs within [from, to) that are in the set (`present` true) or not in it (false), in order. */
  ranges(present: boolean, from: number, to: number): SeqRange[] {
    const found: SeqRange[] = [];
    const whole = present ? 0xffffffff : 0;
    const none = present ? 0 : 0xffffffff;
    let start = -1;
    for (let seq = from; seq < to; ) {
      const word = (this.#words[seq >>> 5] ?? 0) >>> 0;
      const aligned = (seq & 31) === 0 && seq + 32 <= to;
      if (aligned && word === (start < 0 ? none : whole)) {
        seq += 32;
        continue;
      }
      const hit = this.has(seq) === present;
      if (hit && start < 0) start = seq;
      if (!hit && start >= 0) {
        found.push({ from: start, to: seq });
        start = -1;
      }
      seq++;
    }
    if (start >= 0) found.push({ from: start, to });
    return found;
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}
