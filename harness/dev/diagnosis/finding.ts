import type { RefusalProblem } from '../../core/domain-refusals.ts';

/** A record's way, as the doctor walks it. */
export const STAGES = ['parts', 'file', 'read', 'buffer', 'sent', 'accepted', 'searchable'] as const;
export type StageName = (typeof STAGES)[number];

/** What can be wrong, by name. */
export type Problem =
  | RefusalProblem
  | 'part not running'
  | 'application not running'
  | 'file not written'
  | 'nothing written lately'
  | 'path wrong'
  | 'permission wrong'
  | 'pos_file ahead'
  | 'parse error'
  | 'not read'
  | 'buffer full'
  | 'disk full'
  | 'no keys'
  | 'DNS'
  | 'TLS'
  | 'no connection'
  | 'no answer'
  | 'not sent'
  | 'time zone'
  | 'not searchable';

/** What the doctor says of one stage. */
export interface Finding {
  stage: StageName;
  /** `unknown`: nothing tells, as a stage before it is broken. A `warning` breaks nothing. */
  state: 'well' | 'warning' | 'broken' | 'unknown';
  /** One line: what was seen. */
  saw: string;
  problem?: Problem;
  /** In the words of those who said it. */
  evidence?: string[];
  /** What to do. */
  mend?: string;
}

/** What is wrong, before it has a stage. */
export type Trouble = Required<Pick<Finding, 'problem' | 'saw' | 'evidence' | 'mend'>>;

export function well(stage: StageName, saw: string): Finding {
  return { stage, state: 'well', saw };
}

export function unknown(stage: StageName, saw: string): Finding {
  return { stage, state: 'unknown', saw };
}

export function warning(stage: StageName, trouble: Trouble): Finding {
  return { stage, state: 'warning', ...trouble };
}

export function broken(stage: StageName, trouble: Trouble): Finding {
  return { stage, state: 'broken', ...trouble };
}
