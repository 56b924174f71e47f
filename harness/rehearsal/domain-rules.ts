import type { RuleInput } from '../edge/rules.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Every path has one. */
const EVERYTHING = '/';

/** Nothing answers, as behind a security group that lets nobody in. */
export function unreachable(): RuleInput[] {
  return [{ when: { path: EVERYTHING }, answer: { hang: true } }];
}

/** One answer of the domain's front door to everything. */
export function refusing(refusal: 'not authorized' | 'wrong signature'): RuleInput[] {
  return [{ when: { path: EVERYTHING }, answer: { refusal } }];
}

/** Documents are not taken; the rest works. */
export function readOnly(): RuleInput[] {
  return ['_bulk', '/_doc', '/_create'].map((path) => ({ when: { path }, answer: { refusal: 'cluster block' } }));
}

/** Fine-grained access control knows no role of its own for the IAM role of this ARN. */
export function notMapped(role: string): RuleInput[] {
  return [
    { when: { path: '_bulk' }, answer: forbidden('indices:data/write/bulk', role) },
    { when: { path: '/_doc' }, answer: forbidden('indices:data/write/index', role) },
    { when: { path: '/_cluster/health' }, answer: forbidden('cluster:monitor/health', role) },
    { when: { path: EVERYTHING, method: 'PUT' }, answer: forbidden('indices:admin/create', role) },
    { when: { path: EVERYTHING }, answer: forbidden('cluster:monitor/main', role) },
  ];
}

/** The security plugin's words for a user without a role. */
function forbidden(permission: string, role: string): RuleInput['answer'] {
  const user = `User [name=${role}, backend_roles=[${role}], requestedTenant=null]`;
  const error = { type: 'security_exception', reason: `no permissions for [${permission}] and ${user}` };
  const body = JSON.stringify({ error: { root_cause: [error], ...error }, status: 403 });
  return { status: 403, body, headers: JSON_TYPE };
}

/** A primary shard is missing. */
export function red(): RuleInput[] {
  const health = {
    cluster_name: '123456789012:logs',
    status: 'red',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    discovered_master: true,
    discovered_cluster_manager: true,
    active_primary_shards: 5,
    active_shards: 5,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 1,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 83.33333333333334,
  };
  const answer = { status: 200, body: JSON.stringify(health), headers: JSON_TYPE };
  return [{ when: { path: '/_cluster/health', method: 'GET' }, answer }];
}
