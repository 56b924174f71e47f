import type { AwsSettings } from '../targets/aws/settings.ts';
import type { Stack } from '../targets/k3s/stack.ts';
import type { World } from './world.ts';

/** What stands in a rehearsal, as JSON: another process can join in by it. */
export interface Standing {
  /** The settings, with the addresses of what plays. */
  settings: AwsSettings;
  /** Variables by which the AWS SDK and kubectl find it, in place of those that are set. */
  environment: Record<string, string>;
  /** Variables that must not be set beside them. */
  without: readonly string[];
  world: World;
  stack: Stack;
  /** Addresses as the node and the pods have them. */
  inside: { stsUrl: string; registry: string };
  /** Admin port of the APIs' stand-in. */
  adminUrl: string;
}
