import type { EdgeAdmin } from '../../edge/admin-client.ts';
import type { RuleInput } from '../../edge/rules.ts';
import { FAULTS, type FaultName, type FaultState } from './messages.ts';

/** The page's own rules; those of others stay as they are. */
export const RULE_SET = 'page';
/** How late the answers of a slow domain are, ms: far from fluentd's request_timeout, and well to be seen. */
const SLOW_MS = 5000;

/** What a fault is at the edge. An outage is one for every request, the others for those that bring records. */
const RULES: Record<FaultName, RuleInput> = {
  outage: { when: { path: '/' }, answer: { refusal: 'unavailable' } },
  throttle: { answer: { refusal: 'throttled' } },
  slow: { answer: { delayMs: SLOW_MS } },
  expired: { when: { path: '/' }, answer: { refusal: 'expired token' } },
};

/** Puts a fault in force in place of the one before; without one, takes away what the page put there. */
export async function putInForce(admin: EdgeAdmin, fault: FaultName | undefined): Promise<void> {
  await admin.setRules(fault ? [RULES[fault]] : [], RULE_SET);
}

/** What is in force, by the edge's own word: it may have been put there by a page that is closed, or be gone since the edge was restarted. */
export async function faultsInForce(admin: EdgeAdmin): Promise<FaultState> {
  const bites = (await admin.bites()).filter(({ inForce }) => inForce);
  const ours = bites.filter(({ set }) => set === RULE_SET);
  const fault = ours[0] && FAULTS.find((name) => sameAnswer(RULES[name], ours[0]!.rule));
  return {
    ...(fault ? { inForce: fault } : {}),
    requests: ours.reduce((sum, { requests }) => sum + requests, 0),
    others: bites.length - ours.length,
  };
}

function sameAnswer(one: RuleInput, other: RuleInput): boolean {
  return JSON.stringify(one.answer) === JSON.stringify(other.answer);
}
