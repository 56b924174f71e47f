import { randomBytes, randomInt } from 'node:crypto';
import { EdgeAdmin } from '../edge/admin-client.ts';
import type { Credential } from '../edge/signature.ts';
import type { Caller } from './api.ts';
import type { World } from './world.ts';

/** A key pair, and who has it. */
export interface Key extends Credential {
  holder: Caller;
}

/** Keys that ran out are remembered so long, ms: a domain says "expired" of them, not "invalid". */
const REMEMBERED_MS = 60 * 60_000;
/** The alphabet of key ids. */
const BASE_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The keys of an account: those that last, and those that STS hands out, which the domain is told of. */
export class KeyRing {
  readonly #sessionMs: number;
  readonly #person: Key;
  readonly #secret: Key[];
  readonly #domain: EdgeAdmin | undefined;
  #issued: Key[] = [];
  #telling: Promise<void> = Promise.resolve();

  /** `edgeAdminUrl`: of the edge that plays the domain; undefined: none is told. */
  constructor({ account, person, keys, sessionSeconds }: World, edgeAdminUrl: string | undefined) {
    this.#sessionMs = sessionSeconds * 1000;
    this.#domain = edgeAdminUrl === undefined ? undefined : new EdgeAdmin(edgeAdminUrl);
    const user = (by: 'person' | 'pods', name: string): Caller => ({
      by,
      arn: `arn:aws:iam::${account}:user/${name}`,
      userId: newId('AIDA'),
    });
    this.#person = { ...person.key, holder: user('person', 'person') };
    this.#secret = keys.map((key) => ({ ...key, holder: user('pods', 'pods') }));
  }

  all(): readonly Key[] {
    return [this.#person, ...this.#secret, ...this.#issued];
  }

  /** Hands out a temporary key, once the domain knows it. Throws where the edge cannot be told. */
  async issue(holder: Caller): Promise<Key & { sessionToken: string; expiresAt: number }> {
    const now = Date.now();
    const key = {
      accessKeyId: newId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(240).toString('base64'),
      expiresAt: now + this.#sessionMs,
      holder,
    };
    this.#issued = [...this.#issued.filter(({ expiresAt = now }) => expiresAt + REMEMBERED_MS > now), key];
    await this.tell();
    return key;
  }

  /** Tells the edge which keys there are, in place of those that it knew: after a new one, and after a restart of the edge. */
  tell(): Promise<void> {
    // One after the other: of two lists that overtake each other, the older would stay.
    const told = this.#telling.then(() => this.#domain?.setCredentials(this.#known()));
    this.#telling = told.catch(() => undefined);
    return told;
  }

  /** The person's own user has no rights on the domain, only the role that it assumes. */
  #known(): Credential[] {
    return [...this.#secret, ...this.#issued].map(({ holder: _holder, ...credential }) => credential);
  }
}

/** `ASIA` and 16 characters. */
function newId(prefix: string): string {
  return prefix + Array.from({ length: 16 }, () => BASE_32[randomInt(32)]).join('');
}
