/** One of several that are compared: `measure` returns a figure for each name. */
export interface Contender<Name extends string> {
  name: string;
  measure(): Promise<Record<Name, number>>;
}

/**
 * Measures every contender in each of `count` rounds, one after another; each round starts with another one, so that what grows or cools meanwhile
 * favours none. Returns the values of each contender, by name, in the order of the rounds.
 */
export async function rounds<Name extends string>(
  count: number,
  contenders: readonly Contender<Name>[],
  { say, signal }: { say(what: string): void; signal: AbortSignal },
): Promise<Record<string, Record<Name, number[]>>> {
  const found: Record<string, Record<Name, number[]>> = {};
  for (let round = 0; round < count; round++) {
    for (let place = 0; place < contenders.length; place++) {
      signal.throwIfAborted();
      const { name, measure } = contenders[(round + place) % contenders.length]!;
      say(`round ${round + 1} of ${count}: ${name}`);
      const values = await measure();
      const all = found[name] ?? ({} as Record<Name, number[]>);
      for (const [key, value] of Object.entries(values) as [Name, number][]) all[key] = [...(all[key] ?? []), value];
      found[name] = all;
    }
  }
  return found;
}
