/** In what a rehearsal differs from a run on AWS, for its report: what it does not show. */
export const DIFFERENCES: readonly string[] = [
  'AWS’s APIs are answered by a local server: that they answer so, and that the account’s policies allow the calls, is not shown',
  'the cluster is a local one: nothing is known of Fargate’s start (a minute or two a pod), its sizes and its CPUs; an admission policy refuses what it would',
  'EKS’s pod identity webhook is played by the harness; the token, STS’s answer and the renewal are real requests of the pods',
  'CPU requests are lowered, as all pods share one node; limits are not',
  'the registry is a plain one with a password, and the node is handed the images by digest: ECR’s own credentials are not rehearsed',
  'the domain is the project’s edge before a single node without TLS, access policy and fine-grained access control',
  'keys last for two minutes, not for an hour; nothing is billed, so nobody is asked',
];
