import type { Refused } from '../messages.ts';

/** Asks this page's server; throws with the server's own message. */
export async function ask<Answer>(
  path: string,
  options: { signal?: AbortSignal; send?: object } = {},
): Promise<Answer> {
  const { signal, send } = options;
  const posted = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(send),
  };
  const asked = () => fetch(path, { ...(send ? posted : {}), ...(signal ? { signal } : {}) });
  // Once more where only a question was lost: a browser gives up what is under way whenever Docker gives a container its network.
  const response = await asked()
    .catch((error: unknown) => {
      if (send || signal?.aborted) throw error;
      return asked();
    })
    .catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new Error('npm run dev does not answer: is it still running?', { cause: error });
    });
  const answer = (await response.json()) as Answer & Partial<Refused>;
  if (!response.ok) throw new Error(answer.message ?? `answered ${response.status}`);
  return answer;
}

/** Whether a request was given up by the page itself. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
