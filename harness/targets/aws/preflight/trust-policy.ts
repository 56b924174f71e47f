import { fits } from '../wildcards.ts';

/** Who asks STS for a role by a service account's token. */
export interface WebIdentity {
  /** The cluster's OIDC issuer, a URL. */
  issuer: string;
  /** `system:serviceaccount:NAMESPACE:NAME` */
  subject: string;
  /** Of the role. */
  account: string;
}

const ACTION = 'sts:AssumeRoleWithWebIdentity';
export const AUDIENCE = 'sts.amazonaws.com';

type Many<T> = T | T[] | undefined;
interface Statement {
  Effect?: string;
  Principal?: string | Record<string, Many<string>>;
  Action?: Many<string>;
  NotAction?: Many<string>;
  NotPrincipal?: unknown;
  Condition?: Record<string, Record<string, Many<string>>>;
}

/**
 * Whether a role's trust policy lets a service account take the role on, as IAM evaluates it: some statement allows it and none denies it. A condition on
 * anything but subject and audience cannot be known here: it is taken for one that does not hold where it allows, and for one that holds where it denies.
 */
export function trustLetsIn(policy: unknown, who: WebIdentity): boolean {
  const statements = many((policy as { Statement?: Many<Statement> } | undefined)?.Statement).filter((one) =>
    isAbout(one, who),
  );
  const some = (effect: string, holds: readonly Held[]) =>
    statements.some(({ Effect, Condition }) => Effect === effect && holds.includes(conditionHolds(Condition, who)));
  return some('Allow', ['yes']) && !some('Deny', ['yes', 'unknown']);
}

type Held = 'yes' | 'no' | 'unknown';

function isAbout({ Principal, NotPrincipal, Action, NotAction, Effect }: Statement, who: WebIdentity): boolean {
  const named = (patterns: Many<string>) => many(patterns).some((one) => fits(one.toLowerCase(), ACTION.toLowerCase()));
  const action = Action === undefined ? NotAction !== undefined && !named(NotAction) : named(Action);
  // Not allowed in a trust policy that allows; in one that denies, it denies most.
  if (NotPrincipal !== undefined) return action && Effect === 'Deny';
  const federated = typeof Principal === 'string' ? [Principal] : many(Principal?.['Federated']);
  const everybody =
    Effect === 'Deny' &&
    (Principal === '*' || many((Principal as Record<string, Many<string>>)?.['AWS']).includes('*'));
  return action && (everybody || federated.some((arn) => isProvider(arn, who)));
}

/** `arn:aws:iam::ACCOUNT:oidc-provider/ISSUER` */
function isProvider(arn: string, { issuer, account }: WebIdentity): boolean {
  const [, of, provider] = arn.match(/^arn:aws[\w-]*:iam::(\d{12}):oidc-provider\/(.+)$/) ?? [];
  return of === account && provider === hostOf(issuer);
}

/** All operators and keys of a condition must hold; one of each key's values is enough. */
function conditionHolds(condition: Statement['Condition'], who: WebIdentity): Held {
  const all = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds(operator, key, many(values), who)),
  );
  if (all.includes('no')) return 'no';
  return all.includes('unknown') ? 'unknown' : 'yes';
}

type Test = (wanted: string, actual: string) => boolean;
const same: Test = (a, b) => a === b;
const sameLetters: Test = (a, b) => a.toLowerCase() === b.toLowerCase();
/** Of each operator what it tests, and whether that is turned round. */
const OPERATORS: Record<string, [Test, boolean]> = {
  stringequals: [same, false],
  stringequalsignorecase: [sameLetters, false],
  stringlike: [fits, false],
  stringnotequals: [same, true],
  stringnotequalsignorecase: [sameLetters, true],
  stringnotlike: [fits, true],
};

function holds(operator: string, key: string, values: readonly string[], { issuer, subject }: WebIdentity): Held {
  // Both keys have one value, so "any" and "all" of them are the same, and it is there.
  const name = operator
    .toLowerCase()
    .replace(/^for(any|all)values?:/, '')
    .replace(/ifexists$/, '');
  const [test, turned] = OPERATORS[name] ?? [];
  const host = hostOf(issuer).toLowerCase();
  const actual = { [`${host}:sub`]: subject, [`${host}:aud`]: AUDIENCE }[key.toLowerCase()];
  if (!test || actual === undefined) return 'unknown';
  return values.some((wanted) => test(wanted, actual)) !== turned ? 'yes' : 'no';
}

/** The statement to add for these subjects, as JSON in one line. */
export function trustStatement(
  { issuer, account }: Omit<WebIdentity, 'subject'>,
  subjects: string[],
  partition = 'aws',
): string {
  const host = hostOf(issuer);
  return JSON.stringify({
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${host}` },
    Action: ACTION,
    Condition: { StringEquals: { [`${host}:aud`]: AUDIENCE, [`${host}:sub`]: subjects } },
  });
}

function hostOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function many<T>(one: Many<T>): T[] {
  return one === undefined ? [] : Array.isArray(one) ? one : [one];
}
