/** Asks an admin port, `url`, in JSON. Throws with its own message when it refuses; `who` it is completes "… refuses GET /rules". */
export async function askAdmin<T>(who: string, url: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${who} refuses ${method} ${path}: ${(answer as { message?: string }).message}`);
  return answer as T;
}

/** What an admin port, `url`, answers when it is asked whether it is well: 200; or why it does not answer. */
export function healthOf(url: string): Promise<number | string> {
  return fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
    ({ status }) => status,
    (error: Error) => String(error.cause ?? error.message),
  );
}
