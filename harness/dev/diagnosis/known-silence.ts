import type { Known } from './known-refusals.ts';

/** What fluentd says where it comes to no answer, or has no room. */
export const NO_ANSWERS: readonly Known[] = [
  {
    words: /Resolv::Resolv|getaddrinfo|no address for|Name or service not known|SocketError/,
    stage: 'sent',
    problem: 'DNS',
    means: "the domain's name is not resolved",
    mend: 'correct the host in AWS_ES_ENDPOINT; in a pod look at its DNS: kubectl exec POD -c fluentd-sidecar -- getent hosts HOST',
  },
  {
    words: /SSL_|OpenSSL|certificate verify/,
    stage: 'sent',
    problem: 'TLS',
    means: 'no TLS connection comes about',
    mend: "let the endpoint's scheme (https://) and port be those that the domain speaks, its certificate be for that name, and let fluentd's image have ca-certificates",
  },
  {
    words: /buffer is full/,
    stage: 'buffer',
    problem: 'buffer full',
    means: 'what the domain refused does not fit back into the buffer',
    mend: 'see why the domain refuses, below',
  },
  {
    words: /No space left on device|Errno::ENOSPC|EDQUOT/,
    stage: 'buffer',
    problem: 'disk full',
    means: "the log volume is full: the buffer can't grow",
    mend: "make room on the log volume, or raise its sizeLimit above the log's files and total_limit_size together",
  },
  {
    words: /read timeout|Timeout::|Net::ReadTimeout|execution expired|timed? ?out/i,
    stage: 'sent',
    problem: 'no answer',
    means: 'the domain takes the request and does not answer',
    mend: "look at the domain's load; request_timeout (30s) must be longer than its slowest bulk",
  },
  {
    words: /ECONN|EHOST|ENET|EPIPE|EOFError|Failed to open TCP|[Cc]onnection refused|connect_write/,
    stage: 'sent',
    problem: 'no connection',
    means: 'no connection to the domain comes about, or it breaks',
    mend: "let the security group of the domain (VPC) take the pod's, and the endpoint's port be the domain's: 443 on AWS",
  },
];
