/** An answer of the edge's own, in place of the engine's. */
export interface Refusal {
  status: number;
  /** A few words, for counters and journal. */
  reason: string;
  body: string;
  headers?: Record<string, string>;
}

/** What AWS's front door says, by status; texts as its documentation and users' reports have them. */
const AS_AWS: Record<number, Omit<Refusal, 'status'>> = {
  403: {
    reason: 'cluster block',
    body: '{"error":{"root_cause":[{"type":"cluster_block_exception","reason":"blocked by: [FORBIDDEN/8/index write (api)];"}],"type":"cluster_block_exception","reason":"blocked by: [FORBIDDEN/8/index write (api)];"},"status":403}',
  },
  429: { reason: 'throttled', body: '429 Too Many Requests /_bulk' },
  502: {
    reason: 'bad gateway',
    body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
  },
  503: { reason: 'unavailable', body: '{"message":"Service Unavailable"}' },
  504: { reason: 'gateway time-out', body: '{"message":"Gateway Time-out"}' },
};

/** The answer for a status, with AWS's words unless others are given. */
export function answerFor(status: number, body?: string, headers?: Record<string, string>): Refusal {
  const usual = AS_AWS[status] ?? { reason: `status ${status}`, body: `{"message":"status ${status}"}` };
  return { status, reason: usual.reason, body: body ?? usual.body, ...(headers ? { headers } : {}) };
}

/** The answer to a body over the cap. */
export function tooLarge(capBytes: number): Refusal {
  return {
    status: 413,
    reason: 'body over the cap',
    body: JSON.stringify({ Message: `Request size exceeded ${capBytes} bytes` }),
  };
}
