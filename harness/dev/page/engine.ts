/** The indices that the pipeline writes to. */
export const INDICES = 'logstash-*';

/** The engine does not answer as asked; the message is its own where it gave one. */
export class EngineTrouble extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineTrouble';
  }
}

/**
 * Asks the engine over the pipeline's indices; where there is none yet, it finds nothing. When the signal aborts, the connection ends, and the engine gives up the
 * search. Throws {@link EngineTrouble}.
 */
export async function askEngine<Answer>(
  url: string,
  what: '_search' | '_count',
  body: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const address = `${url}/${INDICES}/${what}?ignore_unavailable=true&allow_no_indices=true`;
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new EngineTrouble(`the engine does not answer at ${url}: ${why}`, { cause: error });
  }
  const answer = (await response.json().catch(() => ({}))) as { error?: EngineError };
  if (!response.ok) throw new EngineTrouble(`the engine answered ${response.status}: ${reasonOf(answer.error)}`);
  return answer as Answer;
}

interface EngineError {
  type?: string;
  reason?: string;
  root_cause?: { reason?: string }[];
}

function reasonOf(error: EngineError | undefined): string {
  return error?.root_cause?.[0]?.reason ?? error?.reason ?? error?.type ?? 'without a reason';
}
