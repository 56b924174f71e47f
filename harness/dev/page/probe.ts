import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DevStack } from '../stack.ts';
import type { ProbeResult } from './messages.ts';

/** Sends one record through everything, and waits until it is searchable. */
export type Probe = (stack: DevStack, options: { withinMs: number; signal?: AbortSignal }) => Promise<ProbeResult>;

/** The project's own probe, where it has one. */
export async function findProbe(): Promise<Probe | undefined> {
  const path = join(import.meta.dirname, '../probe.ts');
  if (!existsSync(path)) return undefined;
  const { probe } = (await import(path)) as { probe: Probe };
  return probe;
}
