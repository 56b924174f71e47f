import { type Observation, until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { ndjson, savedObjects } from './saved-objects.ts';

export interface ImportOptions {
  signal?: AbortSignal;
  /** Longest wait for Dashboards to be ready, ms; two minutes unless told: its first start is slow. */
  withinMs?: number;
  /** What the wait saw last. */
  onLook?: (saw: string) => void;
}

/** Longest that one request may take, ms. */
const REQUEST_MS = 30_000;

interface ImportAnswer {
  success: boolean;
  successCount: number;
  errors?: { type: string; id: string; error: { type: string; references?: { id: string }[]; reason?: string } }[];
}

/**
 * Puts the saved objects into OpenSearch Dashboards, in place of those of the same ids, so that it may be done at every start. Waits until Dashboards is ready;
 * throws ConditionTimeout where it does not get so, {@link EnvironmentError} where it refuses.
 */
export async function importDashboards(url: string, options: ImportOptions = {}): Promise<{ imported: number }> {
  const { withinMs = 120_000, signal, onLook } = options;
  await until(
    { name: `OpenSearch Dashboards to be ready at ${url}`, look: () => lookAtStatus(url, signal) },
    { withinMs, everyMs: 500, ...(signal ? { signal } : {}), ...(onLook ? { onLook } : {}) },
  );
  const objects = savedObjects();
  const form = new FormData();
  form.append('file', new Blob([ndjson(objects)], { type: 'application/x-ndjson' }), 'efk-pipeline.ndjson');
  const response = await fetch(`${url}/api/saved_objects/_import?overwrite=true`, {
    method: 'POST',
    // Without it Dashboards takes the request for one that another page had the browser send.
    headers: { 'osd-xsrf': 'true' },
    body: form,
    signal: within(signal),
  });
  const text = await response.text();
  const answer = parse(text);
  if (!response.ok || !answer)
    throw new EnvironmentError(
      `OpenSearch Dashboards answered the import of saved objects with ${response.status}: ${text.slice(0, 300)}`,
    );
  if (!answer.success || answer.successCount !== objects.length)
    throw new EnvironmentError(
      `OpenSearch Dashboards took ${answer.successCount} of ${objects.length} saved objects: ${answer.errors?.map(reasonOf).join('; ') ?? 'it does not say why'}`,
    );
  return { imported: answer.successCount };
}

/** `state: green` of its own status; 503 and refused connections are what it shows while it starts. */
async function lookAtStatus(url: string, signal: AbortSignal | undefined): Promise<Observation<void>> {
  try {
    const response = await fetch(`${url}/api/status`, { signal: within(signal) });
    if (!response.ok) return { met: false, saw: `it answers ${response.status}` };
    const { status } = (await response.json()) as { status?: { overall?: { state?: string } } };
    const state = status?.overall?.state ?? 'without a state';
    return state === 'green' ? { met: true, value: undefined } : { met: false, saw: `its status is ${state}` };
  } catch (error) {
    signal?.throwIfAborted();
    const { cause, message } = error as Error;
    return { met: false, saw: cause instanceof Error ? cause.message : message };
  }
}

function within(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(REQUEST_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function parse(text: string): ImportAnswer | undefined {
  try {
    return JSON.parse(text) as ImportAnswer;
  } catch {
    return undefined;
  }
}

function reasonOf({ type, id, error }: NonNullable<ImportAnswer['errors']>[number]): string {
  const missing = error.references?.map((one) => one.id).join(', ');
  return `${type} "${id}": ${error.type}${missing ? ` (${missing})` : ''}${error.reason ? ` (${error.reason})` : ''}`;
}
