import { EnvironmentError } from '../../harness/core/trouble.ts';
import type { Box } from './boxes.ts';

/** Makes all that an engine has taken searchable; returns how long that took, s. */
export async function refresh(engine: Box, signal: AbortSignal): Promise<number> {
  const started = performance.now();
  await ask(engine, signal, 'POST', '/_refresh');
  return (performance.now() - started) / 1000;
}

/** Documents of all indices that a search would find. */
export async function countIn(engine: Box, signal: AbortSignal): Promise<number> {
  const { count } = (await ask(engine, signal, 'GET', '/_count')) as { count: number };
  return count;
}

/** Removes every index that a benchmark or a pipeline made, so that the next measurement finds the engine as this one did. */
export async function clear(engine: Box, signal: AbortSignal): Promise<void> {
  await ask(engine, signal, 'DELETE', '/bench-*,logstash-*');
}

async function ask(engine: Box, signal: AbortSignal, method: string, path: string): Promise<unknown> {
  const response = await fetch(`http://${engine.addressOf(9200)}${path}`, { method, signal });
  const text = await response.text();
  if (!response.ok)
    throw new EnvironmentError(`the engine answers ${method} ${path} with ${response.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}
