import type { Refused } from '../messages.ts';

/** Rest before a question that was lost is asked again, ms. */
const ASK_AGAIN_MS = 250;

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
  // Once more where only a question was lost: a browser gives up what is under way whenever Docker gives a container its network, in several steps.
  const response = await asked()
    .catch(async (error: unknown) => {
      if (send || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
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
