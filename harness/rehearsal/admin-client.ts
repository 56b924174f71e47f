import { askAdmin } from '../edge/ask-admin.ts';
import type { PlantName } from './plants.ts';
import type { KeyHolder, SeenCall } from './world.ts';

/** The admin port of the stand-in of AWS' APIs. Every call throws with its own message when it is refused. */
export class AwsApisAdmin {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Plants failures in place of those that are in force. */
  async plant(names: readonly PlantName[]): Promise<void> {
    await this.#ask('PUT', '/plants', names);
  }

  /** Every call so far, in the order of its answer. */
  calls(): Promise<SeenCall[]> {
    return this.#ask('GET', '/calls');
  }

  /** Who holds which key, of those that there are and those that ran out of late. */
  keyHolders(): Promise<KeyHolder[]> {
    return this.#ask('GET', '/keys');
  }

  /** Tells the domain of every key again: a new edge knows none of those that were handed out before. */
  async tellKeys(): Promise<void> {
    await this.#ask('POST', '/keys');
  }

  #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return askAdmin('the stand-in of AWS', this.#url, method, path, body);
  }
}
