/** Makes the thing of a key at its first use, once for all that ask meanwhile. One that could not be made is tried again at the next use. */
export function once<Key, Thing>(make: (key: Key) => Promise<Thing>): (key: Key) => Promise<Thing> {
  const made = new Map<Key, Promise<Thing>>();
  return (key) => {
    const before = made.get(key);
    if (before) return before;
    const making = make(key);
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;
  };
}
