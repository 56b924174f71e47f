import { errors } from '@opensearch-project/opensearch';
import { domainRefusal, type RefusalProblem } from '../../../core/domain-refusals.ts';
import { told } from '../aws-trouble.ts';
import { bad, type PreflightContext, type Seen } from './check.ts';

/** A domain's refusal as the harness knows refusals: `[403] ` and its words; undefined for an error that is no answer. */
export function answerIn(error: unknown): string | undefined {
  if (!(error instanceof errors.ResponseError)) return undefined;
  const { body } = error;
  return answerText(error.statusCode ?? 0, body);
}

/** The same for a status and a body; of an item of a bulk, too. */
export function answerText(status: number, body: unknown): string {
  return `[${status}] ${told(typeof body === 'string' ? body : JSON.stringify(body ?? ''))}`;
}

/** What a refusal of one of the harness's own requests means, and the fix for it. */
export async function refused(answer: string, context: PreflightContext): Promise<Seen> {
  const known = domainRefusal(answer);
  if (!known) return bad(`the domain answers ${answer}`, 'see what it says there, and its access policy');
  const fix = OWN_FIXES[known.problem];
  return bad(`${known.means}: ${answer}`, fix ? await fix(context) : known.mend);
}

/** Where the one who is refused is the person who runs the harness, and not fluentd. */
const OWN_FIXES: Partial<Record<RefusalProblem, (context: PreflightContext) => string | Promise<string>>> = {
  clock: () => "set this machine's clock by chrony or the system's time service",
  'key expired': () => 'get new credentials as you got these (aws sso login), then run it again',
  'signature refused': ({ settings: { region } }) =>
    `let the region be that of the domain (${region}?), and the key one that AWS knows: aws sts get-caller-identity; a proxy must leave Host and path as they are`,
  'role not mapped': mapping,
  'access policy': async ({ apis, settings }) => {
    const arn = roleOf((await apis.whoAmI()).arn);
    return `allow es:ESHttp* for ${arn} in the access policy of ${settings.domain.name} (OpenSearch Service, Security configuration, Edit), or in the policy of ${arn} itself`;
  },
};

/** Which role is to be mapped where: fine-grained access control knows users and roles of its own, whatever IAM allows. */
async function mapping({ apis, settings: { domain } }: PreflightContext): Promise<string> {
  const arn = roleOf((await apis.whoAmI()).arn);
  const engine = (await apis.domain(domain.name).catch(() => undefined))?.engineVersion ?? '';
  const plugin = engine.startsWith('Elasticsearch') ? '_opendistro' : '_plugins';
  const isRole = arn.includes(':role/');
  const [field, label] = isRole ? ['backend_roles', 'Backend roles'] : ['users', 'Users'];
  const patch = JSON.stringify([{ op: 'add', path: `/${field}/-`, value: arn }]);
  return (
    `fine-grained access control asks for a mapping, whatever IAM allows: in Dashboards, Security, Roles, all_access (or a role that may create, write, read and delete efkh-* and the pipeline's indices), ` +
    `Mapped users, Manage mapping, ${label}: ${arn}; or as its master user: PATCH ${domain.endpoint}/${plugin}/_security/api/rolesmapping/all_access ${patch}`
  );
}

/** The role behind a session: `arn:aws:sts::1:assumed-role/NAME/SESSION` is of `arn:aws:iam::1:role/NAME`, whose path is not told. Other ARNs as they are. */
export function roleOf(arn: string): string {
  const [, partition, account, name] = arn.match(/^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\//) ?? [];
  return name ? `arn:${partition}:iam::${account}:role/${name}` : arn;
}
