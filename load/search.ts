/** One try of a search: the rate, in whatever unit the search has, and whether it held. */
export interface Attempt {
  rate: number;
  held: boolean;
}

export interface SearchOptions {
  /** The first rate that is tried. */
  from: number;
  /** Never above this rate. */
  most: number;
  /** Ends once the highest rate that held and the lowest that did not are closer than this share of the former. */
  precision: number;
  /** Ends after so many tries. */
  attempts: number;
  /** Asked before each try; false ends the search where it is. */
  goOn?: () => boolean;
}

export interface Found {
  /** The highest rate that held; undefined: none did. */
  highest: number | undefined;
  /** The lowest rate that did not hold; undefined: all did. */
  lowestBroken: number | undefined;
  attempts: Attempt[];
  /** Whether `precision` was reached, or `most` held: not that the search was ended before. */
  complete: boolean;
}

/**
 * Finds the highest rate that holds: doubles until one breaks, then bisects. Where the first try breaks, it halves until one holds. A rate that broke
 * is taken for broken, as is every rate above it.
 */
export async function searchHighest(options: SearchOptions, holds: (rate: number) => Promise<boolean>): Promise<Found> {
  const { from, most, precision, attempts, goOn = () => true } = options;
  const tried: Attempt[] = [];
  let highest: number | undefined;
  let lowestBroken: number | undefined;
  const next = (): number | undefined => {
    if (highest !== undefined && lowestBroken !== undefined)
      return (lowestBroken - highest) / highest > precision ? Math.round((highest + lowestBroken) / 2) : undefined;
    if (highest !== undefined) return highest < most ? Math.min(most, highest * 2) : undefined;
    if (lowestBroken !== undefined) return lowestBroken > 1 ? Math.max(1, Math.round(lowestBroken / 2)) : undefined;
    return Math.min(from, most);
  };
  for (let rate = next(); rate !== undefined; rate = next()) {
    if (tried.length >= attempts || !goOn()) return { highest, lowestBroken, attempts: tried, complete: false };
    const held = await holds(rate);
    tried.push({ rate, held });
    if (held) highest = rate;
    else lowestBroken = rate;
  }
  return { highest, lowestBroken, attempts: tried, complete: true };
}
