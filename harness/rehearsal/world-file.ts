import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { World } from './world.ts';

const key = z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
const role = z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'expected the ARN of a role');
const selector = z.strictObject({
  namespace: z.string().min(1),
  labels: z.record(z.string(), z.string()).exactOptional(),
});

const world: z.ZodType<World> = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'expected twelve digits'),
  region: z.string().min(1),
  person: z.strictObject({ key, role }),
  pods: z.strictObject({ role, subject: z.string().min(1) }),
  keys: z.array(key),
  sessionSeconds: z.number().positive(),
  cluster: z.strictObject({ name: z.string().min(1), version: z.string(), endpoint: z.url(), oidcIssuer: z.url() }),
  profile: z.strictObject({ name: z.string().min(1), selectors: z.array(selector).min(1) }),
  domain: z.strictObject({ name: z.string().min(1), endpoint: z.url(), engineVersion: z.string() }),
  repository: z.strictObject({
    name: z.string().min(1),
    uri: z.string().regex(/^[^/]+\/.+$/, 'expected registry/name'),
    token: z.string().min(1),
  }),
});

/** The world of a JSON file. Throws with every problem and what was expected. */
export function readWorld(path: string): World {
  const parsed = world.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} does not describe an account:\n${z.prettifyError(parsed.error)}`);
}
