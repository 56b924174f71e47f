import type { Problem, StageName } from './finding.ts';

/** Words by which a failure is known, and what they mean. */
export interface Known {
  /** In fluentd's words, or in the domain's that it hands on. */
  words: RegExp;
  stage: Extract<StageName, 'buffer' | 'sent' | 'accepted'>;
  problem: Problem;
  /** One line: what it means. */
  means: string;
  mend: string;
}

/** What fluentd says where the role of its service account (IRSA) gets no keys: plugins/web_identity_role.rb, and why in the AWS SDK's words. */
const NO_KEYS: readonly Known[] = [
  {
    words: /STS gives no keys .*MissingWebIdentityTokenFile/,
    stage: 'sent',
    problem: 'no keys',
    means: "STS gives no keys: the pod has no token of its service account in the role's file",
    mend: "annotate the pod's service account with eks.amazonaws.com/role-arn and make the pod anew: EKS mounts the token when a pod is made",
  },
  {
    words: /STS gives no keys .*(NetworkingError|Http5\d\dError)/,
    stage: 'sent',
    problem: 'no keys',
    means: 'STS gives no keys: it is not reached, or answers nothing that helps',
    mend: "let pods reach sts.REGION.amazonaws.com at port 443: by a NAT gateway, or an interface endpoint of the VPC for STS whose security group takes the pods'; fluentd goes on by itself then",
  },
  {
    words: /STS gives no keys/,
    stage: 'sent',
    problem: 'no keys',
    means: 'STS gives no keys: it refuses the role to this service account',
    mend: "let IAM have the cluster's OIDC provider, and the role's trust policy let in that provider and system:serviceaccount:NAMESPACE:NAME: docs/aws.md; npm run doctor -- --target aws looks at both",
  },
];

/** What fluentd says where it comes to no answer, or has no room. Of STS first: it is not reached in the same words as a domain. */
export const NO_ANSWERS: readonly Known[] = [
  ...NO_KEYS,
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
