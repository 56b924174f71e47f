import { errors } from '@opensearch-project/opensearch';
import { domainRefusal } from '../../../core/domain-refusals.ts';
import { told } from '../aws-trouble.ts';
import { bad, defineCheck, ok, type PreflightContext, type Seen, warn } from './check.ts';
import { answerIn, refused } from './domain-words.ts';
import { CREDENTIALS } from './identity.ts';

export const REACHABLE = 'domain reachable';
export const SIGNATURE = 'signature';

/** ms for a request; VPC domains let packets vanish. */
export const ONCE = { requestTimeout: 10_000, maxRetries: 0 };

/** Any answer will do; a refusal is one. */
export const reachable = defineCheck(REACHABLE, [CREDENTIALS], async (context) => {
  const { endpoint } = context.settings.domain;
  try {
    await root(context);
  } catch (error) {
    if (!answerIn(error)) return unreachable(error, endpoint);
  }
  return ok(`${endpoint} answers`);
});

/** Whether the domain takes the signature; what its owner may then do is the next check's. */
export const signature = defineCheck(SIGNATURE, [REACHABLE], async (context) => {
  try {
    const { body } = await root(context);
    const { number = '?' } = (body as { version?: { number?: string } }).version ?? {};
    return ok(`SigV4 is accepted, the engine says version ${number}`);
  } catch (error) {
    const answer = answerIn(error);
    if (!answer) throw error;
    // The domain knows who asks, or it would not say what that one lacks.
    const known = domainRefusal(answer)?.problem;
    if (known === 'role not mapped' || known === 'access policy') return ok('SigV4 is accepted');
    return refused(answer, context);
  }
});

/** In the domain's own words: what the service tells of it is some minutes old. */
export const clusterHealth = defineCheck('cluster health', [SIGNATURE], async (context) => {
  const { endpoint } = context.settings.domain;
  try {
    const { body } = await context.domain.transport.request({ method: 'GET', path: '/_cluster/health' }, ONCE);
    const { status = 'nothing', unassigned_shards: unassigned = 0 } = body as Health;
    const look = `see which, and why: GET ${endpoint}/_cluster/allocation/explain`;
    if (status === 'red')
      return bad(`red: ${unassigned} shards are on no node, and indices refuse what is theirs`, look);
    return status === 'yellow' ? warn(`yellow: ${unassigned} replicas are on no node`, look) : ok(status);
  } catch (error) {
    const answer = answerIn(error);
    if (!answer) throw error;
    return warn(
      `not told: ${(await refused(answer, context)).saw}`,
      'no more than a look: what is needed is checked beside it',
    );
  }
});

interface Health {
  status?: string;
  unassigned_shards?: number;
}

function root({ domain }: PreflightContext) {
  return domain.transport.request({ method: 'GET', path: '/' }, ONCE);
}

/** Through a tunnel by the name of its near end, such as localhost. */
const OTHER_NAME = /altnames|ALTNAME/;
const SAYS: [RegExp, string][] = [
  [/ENOTFOUND|EAI_AGAIN/, 'its name is not resolved'],
  [/ECONNREFUSED/, 'the connection is refused'],
  [OTHER_NAME, 'its certificate is of another name'],
  [/certificate|CERT_|SSL|TLS/i, 'no TLS connection comes about'],
  [/ECONNRESET|socket hang up|EPIPE/, 'the connection breaks'],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timed? ?out/i, 'nothing answers'],
];

function unreachable(error: unknown, endpoint: string): Seen {
  // Of the connection; anything else is a matter of the credentials that sign.
  if (!(error instanceof errors.ConnectionError || error instanceof errors.TimeoutError)) throw error;
  const message = `${error.message} ${error.name === 'TimeoutError' ? 'timed out' : ''}`.trim();
  const what = SAYS.find(([words]) => words.test(message))?.[1] ?? 'no connection comes about';
  return bad(`${endpoint}: ${what} (${told(message)})`, fixOf(message, endpoint));
}

function fixOf(message: string, endpoint: string): string {
  if (OTHER_NAME.test(message))
    return 'reach the domain by its own name, through a tunnel too: signatures are of that name as well; docs/aws.md, step 5';
  return /^vpc-/.test(new URL(endpoint).hostname)
    ? 'a VPC endpoint answers within its VPC only: run this there or through a VPN; or tunnel to it under its own name: docs/aws.md, step 5'
    : "look at the endpoint's spelling and scheme, at the network and proxy between here and AWS, and at NODE_EXTRA_CA_CERTS where a proxy opens TLS";
}
