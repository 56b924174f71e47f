import type { Protocol } from './api.ts';

/** An error that an API answers with, by its code on the wire. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** Errors that every API has, each in the words of its protocol. */
export type CommonError =
  | 'anonymous'
  | 'incomplete signature'
  | 'unknown key'
  | 'expired token'
  | 'clock skew'
  | 'wrong signature'
  | 'other scope'
  | 'denied'
  | 'throttled'
  | 'broken';

type Words = Record<CommonError, [status: number, code: string, message?: string]>;

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';
const FAILURE = 'The request processing has failed because of an unknown error, exception or failure.';
const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials';

/** Texts as the references list them under "Common Errors", and as the services word them in fact. */
const WORDS: Record<Protocol, Words> = {
  query: {
    anonymous: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
    'incomplete signature': [400, 'IncompleteSignature'],
    'unknown key': [403, 'InvalidClientTokenId', INVALID],
    'expired token': [403, 'ExpiredToken', EXPIRED],
    'clock skew': [403, 'SignatureDoesNotMatch'],
    'wrong signature': [403, 'SignatureDoesNotMatch', MISMATCH],
    'other scope': [403, 'SignatureDoesNotMatch'],
    denied: [403, 'AccessDenied'],
    throttled: [400, 'Throttling', 'Rate exceeded'],
    broken: [500, 'InternalFailure', FAILURE],
  },
  ec2: {
    anonymous: [403, 'MissingAuthenticationToken', 'The request must contain valid AWS credentials.'],
    'incomplete signature': [400, 'IncompleteSignature'],
    'unknown key': [401, 'AuthFailure', NOT_VALIDATED],
    'expired token': [400, 'RequestExpired', 'Request has expired.'],
    'clock skew': [400, 'RequestExpired', 'Request has expired.'],
    'wrong signature': [401, 'AuthFailure', NOT_VALIDATED],
    'other scope': [401, 'AuthFailure'],
    denied: [403, 'UnauthorizedOperation'],
    throttled: [503, 'RequestLimitExceeded', 'Request limit exceeded.'],
    broken: [500, 'InternalError', 'An internal error has occurred'],
  },
  json: jsonWords(400, 400),
  rest: jsonWords(403, 429),
};

function jsonWords(refused: number, throttled: number): Words {
  return {
    anonymous: [refused, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
    'incomplete signature': [refused, 'IncompleteSignatureException'],
    'unknown key': [refused, 'UnrecognizedClientException', INVALID],
    'expired token': [refused, 'ExpiredTokenException', EXPIRED],
    'clock skew': [refused, 'InvalidSignatureException'],
    'wrong signature': [refused, 'InvalidSignatureException', MISMATCH],
    'other scope': [refused, 'InvalidSignatureException'],
    denied: [refused, 'AccessDeniedException'],
    throttled: [throttled, 'ThrottlingException', 'Rate exceeded'],
    broken: [500, 'InternalFailure', FAILURE],
  };
}

/** A common error in the words of a protocol; `said` goes where these depend on what was seen. */
export function commonError(protocol: Protocol, error: CommonError, said = ''): AwsError {
  const [status, code, message = said] = WORDS[protocol][error];
  return new AwsError(code, message, status);
}

/** A refusal by IAM, which names who may not do what to what. */
export function denied(protocol: Protocol, arn: string | undefined, action: string, resource: string): AwsError {
  const who =
    arn === undefined ? `Not authorized to perform ${action}` : `User: ${arn} is not authorized to perform: ${action}`;
  const what = arn === undefined ? '' : resource === '*' && protocol === 'ec2' ? '' : ` on resource: ${resource}`;
  const why = arn === undefined ? '' : ` because no identity-based policy allows the ${action} action`;
  const before = protocol === 'ec2' ? 'You are not authorized to perform this operation. ' : '';
  return commonError(protocol, 'denied', `${before}${who}${what}${why}`);
}
