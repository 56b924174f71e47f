/** What a work gives, or undefined as soon as the signal comes: nobody waits for a look any more that does not know of it. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', end));
}
