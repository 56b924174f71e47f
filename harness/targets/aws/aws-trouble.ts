import { EnvironmentError } from '../../core/trouble.ts';
import { FIXES, type TroubleKind } from './trouble-kinds.ts';

/** What an AWS API's failure means, in one line, without keys and tokens. */
export interface AwsTrouble {
  kind: TroubleKind;
  /** The IAM action that was asked, `eks:DescribeCluster`, where it is known. */
  action?: string;
  saw: string;
  fix: string;
}

/** An AWS API failed us: exit code 3. Its message holds what was seen and the fix; the SDK's own error, which may hold more, is left out. */
export class AwsError extends EnvironmentError {
  readonly trouble: AwsTrouble;
  constructor(trouble: AwsTrouble) {
    super(`${trouble.saw}; ${trouble.fix}`);
    this.name = 'AwsError';
    this.trouble = trouble;
  }
}

/** What the SDKs' errors look like; each service and protocol has its own names for the same thing. */
interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
  cause?: unknown;
  errors?: unknown[];
}

/** By name or, for what never reached AWS, by code. The first that fits counts. */
const BY_NAME: [RegExp, TroubleKind][] = [
  [/^ExpiredToken|^TokenRefreshRequired|^SSOTokenExpired/, 'expired credentials'],
  [/^RequestExpired|^RequestTimeTooSkewed|^RequestInTheFuture|^SignatureExpired/, 'clock'],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature)/,
    'wrong credentials',
  ],
  [/^(AuthFailure|InvalidAccessKeyId|MissingAuthenticationToken|InvalidToken)/, 'wrong credentials'],
  [/^(AccessDenied|UnauthorizedOperation|NotAuthorized|Forbidden)/, 'denied'],
  [/^(Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughput|SlowDown|RequestThrottled)/, 'throttled'],
  [/^(ResourceNotFound|NoSuch|RepositoryNotFound|ImageNotFound|NotFound|Invalid\w+ID\.NotFound)/, 'absent'],
  [/^(OptIn|SubscriptionRequired|RegionDisabled)/, 'not to be had'],
  [/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS)/, 'TLS'],
  [/^(ENOTFOUND|EAI_|ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|TimeoutError|UND_ERR)/, 'unreachable'],
];
/** What the SDK's errors of credentials say; they all have one of two names. */
const CREDENTIALS = /CredentialsProvider|TokenProvider/;
const OF_CREDENTIALS: [RegExp, TroubleKind][] = [
  [/\bSSO\b.*(expired|invalid|refresh)|aws sso login|session token not found or invalid/i, 'SSO session expired'],
  [/expired/i, 'expired credentials'],
  [/./, 'no credentials'],
];
/** Said under several names. */
const BY_WORDS: [RegExp, TroubleKind][] = [
  [/token included in the request is expired/i, 'expired credentials'],
  [/Signature (expired|not yet current)/, 'clock'],
];

/** What a failure of the SDK means. `action`: the IAM action that was asked; the error's own words go before it. */
export function troubleOf(error: unknown, action?: string): AwsTrouble {
  if (error instanceof AwsError) return error.trouble;
  const chain = [...causes(error)];
  const kind = kindOf(chain);
  const [first = {}] = chain;
  const message = chain.map((one) => one.message).find(Boolean) ?? '';
  const of = message.match(/perform:? ([a-z0-9-]+:\w+)/)?.[1] ?? action;
  const name = [first.code, first.name].find((one) => typeof one === 'string' && one !== 'Error') ?? '';
  const words = told(message);
  const saw = [of, words.includes(name) ? words : `${name}${words && `: ${words}`}`].filter(Boolean).join(': ');
  return { kind, ...(of ? { action: of } : {}), saw: saw || 'an error without words', fix: FIXES[kind](of) };
}

function kindOf(chain: readonly SdkError[]): TroubleKind {
  for (const { name = '', code = '', message = '' } of chain) {
    const words = CREDENTIALS.test(name) ? OF_CREDENTIALS : BY_WORDS;
    const known = words.find(([one]) => one.test(message)) ?? BY_NAME.find(([one]) => one.test(name) || one.test(code));
    if (known) return known[1];
  }
  const status = chain.find((one) => one.$metadata?.httpStatusCode)?.$metadata?.httpStatusCode;
  if (status === 401 || status === 403) return 'denied';
  return status === 429 ? 'throttled' : 'broken';
}

/** An error, what caused it, and the parts of it: node has one for every address that it tried. */
function* causes(error: unknown, depth = 0): Generator<SdkError> {
  if (error === null || error === undefined || depth > 5) return;
  if (typeof error !== 'object') return void (yield { message: String(error) });
  const one: SdkError = error;
  yield one;
  for (const part of one.errors ?? []) yield* causes(part, depth + 1);
  yield* causes(one.cause, depth + 1);
}

const LONGEST = 300;

/** In one line, without what may be a key or a token: AWS says in some messages what it decoded, or a failure that only it can decode. */
export function told(message: string): string {
  const line = message
    // Behind it the request as AWS read it, session token and all.
    .replace(/The Canonical String.*/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, '$1…')
    .replaceAll(/[A-Za-z0-9+/=_-]{64,}/g, '…');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
