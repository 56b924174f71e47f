import { InvalidArgumentError } from 'commander';
import { type DurationLiteral, parseDuration, parseSize } from '../core/duration.ts';

/** Runs a reader of literals so that commander names the option in its complaint. */
function argument<T>(read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** A duration above 0, in ms. */
export const durationMs = argument((text) => {
  const ms = parseDuration(text);
  if (ms === 0) throw new Error('expected a duration above 0');
  return ms;
});

/** A duration above 0, as it was given. */
export const durationLiteral = argument((text) => {
  durationMs(text);
  return text as DurationLiteral;
});

/** A number above 0. */
export const numberAbove0 = argument((text) => {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) throw new Error('expected a number above 0');
  return number;
});

/** A number of 1 or more. */
export const numberFrom1 = argument((text) => {
  if (numberAbove0(text) < 1) throw new Error('expected a number of 1 or more');
  return Number(text);
});

/** A whole number of 1 or more. */
export const wholeFrom1 = argument((text) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error('expected a whole number of 1 or more');
  return Number(text);
});

/** Bytes of a size literal, or of a number alone; above 0. */
export const sizeBytes = argument((text) => {
  const bytes = /^\d+$/.test(text) ? Number(text) : parseSize(text);
  if (bytes === 0) throw new Error('expected a size above 0');
  return bytes;
});

/** Some of what there is, in the order of `known`, from a list with commas; throws for what is not known. */
export function someOf<T extends string>(known: readonly T[]): (text: string) => T[] {
  return argument((text) => {
    const asked = text.split(',').map((name) => name.trim());
    const unknown = asked.filter((name) => !known.includes(name as T));
    if (unknown.length > 0) throw new Error(`expected some of ${known.join(', ')}, got "${unknown.join(', ')}"`);
    return known.filter((name) => asked.includes(name));
  });
}

/** Numbers from 1 to `last`, ascending, from a list such as `1,3-5`. */
export function numbersTo(last: number): (text: string) => number[] {
  return argument((text) => {
    const asked = text.split(',').flatMap((part) => {
      const [, from, to = from] = part.trim().match(/^(\d{1,3})(?:-(\d{1,3}))?$/) ?? [];
      if (from === undefined || Number(from) < 1 || Number(to) > last || Number(from) > Number(to))
        throw new Error(`expected numbers from 1 to ${last}, as in 1,3 or 1-4, got "${part}"`);
      return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
    });
    return [...new Set(asked)].sort((a, b) => a - b);
  });
}
