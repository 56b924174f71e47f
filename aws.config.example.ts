import type { AwsConfig } from './harness/targets/aws/settings.ts';

/**
 * Where `npm run e2e -- --target aws` runs: copy it to aws.config.ts, which Git ignores, and fill in what is yours. Each setting can also come from the
 * environment (`npm run e2e -- --help` lists the variables). Credentials do not belong here: the AWS SDK finds yours as the AWS CLI does (AWS_PROFILE, SSO,
 * environment).
 */
export default {
  region: 'ap-northeast-2',
  cluster: 'logging',
  // A context of your kubeconfig; left out: the one that `aws eks update-kubeconfig --name logging` wrote.
  // context: 'arn:aws:eks:ap-northeast-2:123456789012:cluster/logging',
  // A namespace of the harness's own, which it makes and removes; a Fargate profile selects it and those with -2 and -3 behind it: efk-harness*
  namespace: 'efk-harness',
  lanes: 3,
  domain: 'https://search-logs-aaaaaaaaaaaaaaaaaaaaaaaaaa.ap-northeast-2.es.amazonaws.com',
  repository: 'efk-sidecar-harness',
  // A role that the pods' service account may take on (IRSA), or { secret: 'namespace/name' }: a Secret with AWS_ACCESS_KEY and AWS_ACCESS_SECRET.
  pods: { role: 'arn:aws:iam::123456789012:role/efk-sidecar-harness-pods' },
  // What ends a run by itself.
  budget: { minutes: 120, dollars: 5 },
} satisfies AwsConfig;
