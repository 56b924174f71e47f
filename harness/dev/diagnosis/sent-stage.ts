import { afterOf, type ProbeResult } from '../probe.ts';
import { broken, type Finding, type Trouble, unknown, warning, well } from './finding.ts';
import { type LogLine, reasonIn } from './fluentd-log.ts';
import { troubleOf } from './refusals.ts';

export interface SentEvidence {
  probe: ProbeResult;
  /** Why the output fails, if it does, and where on the way that is. */
  failure: (Trouble & { stage: string }) | undefined;
  /** Requests that came to the edge since the probe was written, and those of them that it answered. */
  requests: { came: number; answered: number };
  /** Where fluentd sends to, as its configuration says. */
  endpoint: string | undefined;
  /** What fluentd's buffer holds, for people. */
  held: string;
  /** What fluentd said lately. */
  log: readonly LogLine[];
}

/** What fluentd says while its keys are good and STS gives it no others: plugins/web_identity_role.rb. */
const LAST_KEYS = /STS gives no keys .*those of before are used on until/;

/** Whether fluentd's requests come to the domain, and answers come back. */
export function judgeSent({ probe, failure, requests, endpoint, held, log }: SentEvidence): Finding {
  const to = endpoint ?? 'the domain';
  if (failure?.stage === 'sent') {
    const { stage: _stage, ...trouble } = failure;
    return broken('sent', { ...trouble, evidence: [...trouble.evidence, `fluentd sends to ${to}`] });
  }
  if (afterOf(probe, 'accepted') !== undefined || failure?.stage === 'accepted' || requests.answered > 0) {
    const last = log.findLast(({ text }) => LAST_KEYS.test(text));
    if (!last) return well('sent', `the domain answers at ${to}`);
    const { stage: _stage, ...trouble } = troubleOf(reasonIn(last.text));
    return warning('sent', trouble);
  }
  if (requests.came > 0)
    return broken('sent', {
      problem: 'no answer',
      saw: 'the domain takes requests and does not answer',
      evidence: [
        `${requests.came} requests came to the edge since the probe was written, none was answered`,
        `fluentd: ${held}`,
      ],
      mend: "look at the domain's load; fluentd says what it thinks of it after request_timeout (30s)",
    });
  if (afterOf(probe, 'read') === undefined) return unknown('sent', 'nothing was read that could be sent');
  return broken('sent', {
    problem: 'not sent',
    saw: 'fluentd has read the probe and sends nothing',
    evidence: [`fluentd: ${held}`, 'no request came to the edge since the probe was written'],
    mend: `see whether fluentd sends to this domain (${to}), and how long flush_interval lets it wait`,
  });
}
