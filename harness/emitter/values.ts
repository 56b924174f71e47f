import { parseDuration } from '../core/duration.ts';

/** A number above `least`. */
export function above(text: string, least: number): number {
  const number = Number(text);
  if (!(number > least) || !Number.isFinite(number))
    throw new Error(`expected a number above ${least}, or max, got "${text}"`);
  return number;
}

/** A whole number from `least` to `most`. */
export function whole(text: string, least: number, most: number): number {
  if (!/^\d{1,12}$/.test(text) || Number(text) < least || Number(text) > most)
    throw new Error(`expected a whole number from ${least} to ${most}, got "${text}"`);
  return Number(text);
}

/** A duration literal that is not 0, in ms. */
export function positiveDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === 0) throw new Error(`expected a duration above 0, got "${text}"`);
  return ms;
}

/** A text that matches; `what` says in words what does. */
export function matching(text: string, pattern: RegExp, what: string): string {
  if (!pattern.test(text)) throw new Error(`expected ${what}, got "${text}"`);
  return text;
}

/** One of the allowed words. */
export function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  if (!allowed.includes(text as T)) throw new Error(`expected ${allowed.join(' or ')}, got "${text}"`);
  return text as T;
}
