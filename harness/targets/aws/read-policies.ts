import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Policies, Policy } from './policies.ts';

const FOLDER = 'docs/aws';
const some = z.union([z.string(), z.array(z.string()).min(1)]);
const policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z
    .array(
      z.strictObject({
        Sid: z
          .string()
          .regex(/^[A-Za-z0-9]+$/)
          .exactOptional(),
        Effect: z.literal('Allow'),
        Principal: z.unknown().exactOptional(),
        Action: some,
        Resource: some.exactOptional(),
        Condition: z.unknown().exactOptional(),
      }),
    )
    .min(1),
});

/** The policies in docs/aws/, for the tests that hold them to the code. Throws where one is no policy as they are meant to be. */
export function readPolicies(root: string): Policies {
  const read = (name: string): Policy => policy.parse(JSON.parse(readFileSync(join(root, FOLDER, name), 'utf8')));
  return {
    person: read('person-policy.json'),
    pods: read('pods-policy.json'),
    anonymous: read('pods-trust-policy.json'),
  };
}
