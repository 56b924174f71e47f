import type { KeyRing } from './keys.ts';
import type { PlantName } from './plants.ts';
import type { World } from './world.ts';

/** How an API is spoken to: form in, XML out (EC2's own dialect of it, too); JSON by a target header; JSON by path. */
export type Protocol = 'query' | 'ec2' | 'json' | 'rest';

/** What a call was given: form fields, JSON members, or parts of a path. */
export type Input = Record<string, unknown>;

/** Who calls. `arn` is undefined where nothing was signed. */
export interface Caller {
  by: 'person' | 'pods' | 'anonymous';
  arn?: string;
  /** `AIDA…` of a user, `AROA…:SESSION` of a role's session. */
  userId?: string;
}

/** All that the APIs know and remember. */
export interface Stage {
  world: World;
  plants: ReadonlySet<PlantName>;
  keys: KeyRing;
  /** The registry behind the repository; undefined: it holds nothing. */
  registryUrl: string | undefined;
}

/** One operation: what it acts on, as a policy names it, and what it answers. Throws {@link AwsError}. */
export interface Operation {
  /** ARN, or `*`. */
  resource(input: Input, world: World): string;
  answer(input: Input, stage: Stage, caller: Caller): object | Promise<object>;
}

/** One API of AWS. */
export interface Api {
  protocol: Protocol;
  /** Name in signatures, in IAM's actions, and in ARNs. */
  service: string;
  /** Date of its version, as XML namespaces and forms have it; its target header's prefix, where it goes by that. */
  version: string;
  /** Where its endpoints are: in these regions too, or in these alone; in the world's region unless told. */
  regions?: { also: readonly string[] } | { only: readonly string[] };
  /** Its paths, where it goes by those: `GET /clusters/{name}`. */
  paths?: Record<string, string>;
  operations: Record<string, Operation>;
}

/** `arn:aws:eks:ap-northeast-2:123456789012:cluster/logs` */
export function arnOf(service: string, { region, account }: World, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
