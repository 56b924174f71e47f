/** What can go wrong with an AWS API. `not to be had`: the account or region does not have the service. */
export type TroubleKind =
  | 'denied'
  | 'throttled'
  | 'absent'
  | 'expired credentials'
  | 'SSO session expired'
  | 'no credentials'
  | 'wrong credentials'
  | 'clock'
  | 'unreachable'
  | 'TLS'
  | 'not to be had'
  | 'broken';

/** What to do, by kind; given the IAM action that was asked. */
export const FIXES: Record<TroubleKind, (action?: string) => string> = {
  denied: (action) =>
    `allow ${action ?? 'the action that was asked'} to the user or role that runs the harness: docs/aws.md has the whole policy`,
  throttled: () => 'AWS asks to be left alone for a while: run it again in a minute',
  absent: () => 'look at its name, the region, and whose credentials these are (aws sts get-caller-identity)',
  'expired credentials': () =>
    'get new ones as you got these (aws sso login, aws login or your own tool), then run it again',
  'SSO session expired': () => 'aws sso login, with --profile where you use one; then run it again',
  'no credentials': () =>
    'let the AWS SDK find some: AWS_PROFILE with aws sso login or aws configure, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  'wrong credentials': () =>
    'AWS does not know the key, or its secret is another one: look at what is set (aws configure list), AWS_SESSION_TOKEN included',
  clock: () =>
    "set this machine's clock (chrony or the system's time service): AWS takes signatures of up to 5 min ago",
  unreachable: () =>
    'look at the network, the proxy, and the region in aws.config.ts: its name is part of the host that was asked',
  TLS: () => 'where a proxy opens TLS, let node know its certificate: NODE_EXTRA_CA_CERTS=/path/to/its.pem',
  'not to be had': () => 'the account does not have this service in this region: enable the region, or choose another',
  broken: () => 'AWS says no more than this: run it again, and look at health.aws.amazon.com if it stays',
};
