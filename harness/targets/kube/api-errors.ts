import { ApiException } from '@kubernetes/client-node';

/** There is none of that name. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiException && error.code === 404;
}

/** There is one of that name already, or it is not the one that was meant. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiException && error.code === 409;
}

/** What the API server said, without the headers. */
export function apiMessage(error: unknown): string {
  if (error instanceof ApiException) {
    const { body } = error;
    const parsed = typeof body === 'string' ? parseMessage(body) : body?.message;
    return `${error.code}: ${parsed ?? error.message}`;
  }
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

function parseMessage(body: string): string {
  try {
    return JSON.parse(body).message ?? body;
  } catch {
    return body;
  }
}
