import { z } from 'zod';
import { UsageError } from '../../core/trouble.ts';

/** Where on AWS the scenarios run: what aws.config.ts and the environment say, whole and checked. Holds no secret. */
export interface AwsSettings {
  region: string;
  /** Name of the EKS cluster. */
  cluster: string;
  /** Context of the kubeconfig; undefined: the one that `aws eks update-kubeconfig` wrote for the cluster. */
  context?: string;
  /** Namespace of the first lane; further lanes have `-2`, `-3` behind it. A Fargate profile selects them all. */
  namespace: string;
  /** Deployments side by side, 1 to 3. */
  lanes: number;
  /** `name`: as the OpenSearch Service knows the domain. `fromPods`: where pods reach it, unless at its endpoint. */
  domain: { endpoint: string; name: string; fromPods?: string };
  /** Name of the ECR repository, in the account and region of the credentials. */
  repository: string;
  /** How pods sign: by an IAM role (IRSA), or with the keys of a Kubernetes Secret that is there, `namespace/name`. */
  pods: { role: string } | { secret: string };
  /** What ends a run by itself: minutes, and US dollars of Fargate. */
  budget: { minutes: number; dollars: number };
  /** Where prices come from: AWS's price list, or the dated table of core/fargate.ts. */
  prices: 'aws' | 'table';
}

/** What aws.config.ts may say: everything that has no default must be there or in the environment. */
export interface AwsConfig {
  region?: string;
  cluster?: string;
  context?: string;
  namespace?: string;
  lanes?: number;
  domain?: string | { endpoint: string; name?: string; fromPods?: string };
  repository?: string;
  pods?: { role: string } | { secret: string };
  budget?: { minutes?: number; dollars?: number };
  prices?: 'aws' | 'table';
}

/** The variables that go before aws.config.ts, and what each sets. */
export const AWS_VARIABLES = {
  EFK_AWS_REGION: 'region (otherwise AWS_REGION)',
  EFK_AWS_CLUSTER: 'name of the EKS cluster',
  EFK_AWS_CONTEXT: 'context of the kubeconfig',
  EFK_AWS_NAMESPACE: 'namespace that a Fargate profile selects',
  EFK_AWS_LANES: 'scenarios side by side, 1 to 3',
  EFK_AWS_DOMAIN: 'endpoint of the domain',
  EFK_AWS_DOMAIN_NAME: 'its name, where the endpoint does not tell',
  EFK_AWS_DOMAIN_FROM_PODS: 'its endpoint as pods reach it, where that is another one',
  EFK_AWS_REPOSITORY: 'name of the ECR repository',
  EFK_AWS_POD_ROLE: 'ARN of the role that the pods have (IRSA)',
  EFK_AWS_POD_SECRET: 'namespace/name of a Secret with AWS_ACCESS_KEY and AWS_ACCESS_SECRET, in place of a role',
  EFK_AWS_MINUTES: 'time limit of a run',
  EFK_AWS_DOLLARS: 'spend limit of a run, in US dollars of Fargate',
  EFK_AWS_PRICES: 'aws, or table: the dated table of this project',
} as const;
export type AwsVariable = keyof typeof AWS_VARIABLES;

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const endpoint = z
  .url({ protocol: /^https?$/, error: 'expected a URL, such as https://search-….es.amazonaws.com' })
  .transform((url) => url.replace(/\/+$/, ''));
const schema = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, such as ap-northeast-2'),
  cluster: z.string().regex(/^[0-9A-Za-z][-\w]{0,99}$/, 'expected the name of an EKS cluster'),
  context: z.string().min(1, 'expected the name of a context').optional(),
  // Lanes add two characters.
  namespace: z.string().max(61, 'expected at most 61 characters').regex(LABEL, 'expected a Kubernetes namespace'),
  lanes: z.coerce.number('expected 1 to 3').int('expected 1 to 3').min(1, 'expected 1 to 3').max(3, 'expected 1 to 3'),
  domain: z.strictObject({
    endpoint,
    name: z.string().regex(/^[a-z][a-z0-9-]{2,27}$/, 'expected the name of a domain'),
    fromPods: endpoint.optional(),
  }),
  repository: z
    .string()
    .regex(
      /^(?!.*amazonaws)[a-z0-9]+([._/-][a-z0-9]+)*$/,
      'expected the name of an ECR repository, without registry and tag',
    ),
  pods: z.union(
    [
      z.strictObject({ role: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/) }),
      z.strictObject({ secret: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/) }),
    ],
    'expected { role: "arn:aws:iam::…:role/…" } or { secret: "namespace/name" }',
  ),
  budget: z.strictObject({
    minutes: z.coerce.number('expected minutes').positive('expected minutes above 0'),
    dollars: z.coerce.number('expected US dollars').positive('expected US dollars above 0'),
  }),
  prices: z.enum(['aws', 'table'], 'expected aws or table'),
});

const DEFAULTS = { namespace: 'efk-harness', lanes: 3, budget: { minutes: 120, dollars: 5 }, prices: 'aws' } as const;
const HOW = 'say it in aws.config.ts (see aws.config.example.ts) or in';

/** Settings of a file, with the variables in front; throws {@link UsageError} with every problem and what was expected. */
export function awsSettings(file: AwsConfig, env: Partial<Record<string, string>>): AwsSettings {
  const of = (name: AwsVariable) => env[name] || undefined;
  const own = typeof file.domain === 'string' ? { endpoint: file.domain } : file.domain;
  const url = of('EFK_AWS_DOMAIN') ?? own?.endpoint;
  const fromPods = of('EFK_AWS_DOMAIN_FROM_PODS') ?? own?.fromPods;
  const context = of('EFK_AWS_CONTEXT') ?? file.context;
  const role = of('EFK_AWS_POD_ROLE');
  const secret = of('EFK_AWS_POD_SECRET');
  if (role && secret)
    throw new UsageError('EFK_AWS_POD_ROLE and EFK_AWS_POD_SECRET are both set: expected one of them');
  const parsed = schema.safeParse({
    ...DEFAULTS,
    ...defined(file),
    ...defined({
      region: of('EFK_AWS_REGION') ?? file.region ?? env['AWS_REGION'],
      cluster: of('EFK_AWS_CLUSTER') ?? file.cluster ?? clusterOf(context),
      context,
      namespace: of('EFK_AWS_NAMESPACE'),
      lanes: of('EFK_AWS_LANES'),
      repository: of('EFK_AWS_REPOSITORY'),
      pods: role ? { role } : secret ? { secret } : undefined,
      prices: of('EFK_AWS_PRICES'),
    }),
    budget: {
      ...DEFAULTS.budget,
      ...file.budget,
      ...defined({ minutes: of('EFK_AWS_MINUTES'), dollars: of('EFK_AWS_DOLLARS') }),
    },
    domain: defined({
      endpoint: url,
      name: of('EFK_AWS_DOMAIN_NAME') ?? (url === own?.endpoint ? own?.name : undefined) ?? (url && domainNameOf(url)),
      fromPods,
    }),
  });
  if (parsed.success) return defined(parsed.data) as AwsSettings;
  throw new UsageError(['the settings for AWS are not complete:', ...parsed.error.issues.map(inWords)].join('\n'));
}

const VARIABLE_OF: Record<string, AwsVariable> = {
  region: 'EFK_AWS_REGION',
  cluster: 'EFK_AWS_CLUSTER',
  context: 'EFK_AWS_CONTEXT',
  namespace: 'EFK_AWS_NAMESPACE',
  lanes: 'EFK_AWS_LANES',
  'domain.endpoint': 'EFK_AWS_DOMAIN',
  'domain.name': 'EFK_AWS_DOMAIN_NAME',
  'domain.fromPods': 'EFK_AWS_DOMAIN_FROM_PODS',
  repository: 'EFK_AWS_REPOSITORY',
  pods: 'EFK_AWS_POD_ROLE',
  'budget.minutes': 'EFK_AWS_MINUTES',
  'budget.dollars': 'EFK_AWS_DOLLARS',
  prices: 'EFK_AWS_PRICES',
};

function inWords({ path, code, message, ...issue }: z.core.$ZodIssue): string {
  const name = path.join('.');
  if (code === 'unrecognized_keys')
    return `  ${[...path, ...(issue as { keys: string[] }).keys].join('.')}: no setting of that name`;
  const variable = VARIABLE_OF[name] ?? VARIABLE_OF[String(path[0])];
  const missing = code === 'invalid_type' && /received undefined/.test(message);
  return `  ${name}: ${missing ? 'is missing' : message}; ${HOW} ${variable}`;
}

/** The cluster of an ARN, as `aws eks update-kubeconfig` names its contexts. */
function clusterOf(context: string | undefined): string | undefined {
  return context?.match(/^arn:aws[\w-]*:eks:[\w-]+:\d+:cluster\/(.+)$/)?.[1];
}

/** `search-logs-6ka5nqs7jgpmuiyd5kbbefyd6y.ap-northeast-2.es.amazonaws.com` is that of the domain `logs`. */
function domainNameOf(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host.match(/^(?:search|vpc)-(.+)-[a-z0-9]{26}\./)?.[1];
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
