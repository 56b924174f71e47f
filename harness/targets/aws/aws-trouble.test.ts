import { expect, test } from 'vitest';
import { AwsError, troubleOf } from './aws-trouble.ts';
import type { TroubleKind } from './trouble-kinds.ts';

/** An error as the SDK throws it. */
function sdk(name: string, message = '', status?: number, rest: object = {}): Error {
  return Object.assign(new Error(message), {
    name,
    ...(status ? { $metadata: { httpStatusCode: status } } : {}),
    ...rest,
  });
}

test.each<[TroubleKind, Error]>([
  ['denied', sdk('AccessDeniedException')],
  ['denied', sdk('AccessDenied')],
  ['denied', sdk('UnauthorizedOperation')],
  ['denied', sdk('SomethingElse', 'no', 403)],
  ['throttled', sdk('ThrottlingException')],
  ['throttled', sdk('Throttling')],
  ['throttled', sdk('TooManyRequestsException')],
  ['throttled', sdk('RequestLimitExceeded')],
  ['absent', sdk('ResourceNotFoundException')],
  ['absent', sdk('NoSuchEntityException')],
  ['absent', sdk('RepositoryNotFoundException')],
  ['absent', sdk('InvalidSubnetID.NotFound')],
  ['expired credentials', sdk('ExpiredToken')],
  ['expired credentials', sdk('ExpiredTokenException')],
  ['expired credentials', sdk('InvalidClientTokenId', 'The security token included in the request is expired')],
  ['wrong credentials', sdk('InvalidClientTokenId', 'The security token included in the request is invalid.')],
  ['wrong credentials', sdk('UnrecognizedClientException')],
  ['wrong credentials', sdk('SignatureDoesNotMatch', 'The request signature we calculated does not match')],
  ['wrong credentials', sdk('AuthFailure')],
  ['clock', sdk('SignatureDoesNotMatch', 'Signature expired: 20261125T110000Z is now earlier than 20261125T110500Z')],
  ['clock', sdk('InvalidSignatureException', 'Signature not yet current: 20261125T120000Z')],
  ['clock', sdk('RequestTimeTooSkewed')],
  ['no credentials', sdk('CredentialsProviderError', 'Could not load credentials from any providers')],
  ['no credentials', sdk('CredentialsProviderError', 'Could not resolve credentials using profile: [work]')],
  [
    'SSO session expired',
    sdk(
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login',
    ),
  ],
  [
    'SSO session expired',
    sdk('TokenProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'"),
  ],
  ['expired credentials', sdk('CredentialsProviderError', 'the credentials of the process have expired')],
  ['unreachable', sdk('Error', 'getaddrinfo ENOTFOUND eks.seoul.amazonaws.com', 0, { code: 'ENOTFOUND' })],
  ['unreachable', sdk('AggregateError', '', 0, { errors: [sdk('Error', 'connect', 0, { code: 'ECONNREFUSED' })] })],
  ['unreachable', sdk('TimeoutError', 'socket did not establish a connection')],
  ['TLS', sdk('Error', 'self-signed certificate', 0, { code: 'SELF_SIGNED_CERT_IN_CHAIN' })],
  ['not to be had', sdk('OptInRequired')],
  ['broken', sdk('InternalFailure', 'sorry', 500)],
  ['broken', new Error('anything')],
])('%s: %s', (kind, error) => {
  const trouble = troubleOf(error);
  expect(trouble.kind).toBe(kind);
  expect(trouble.fix).toMatch(/\w{3}/);
  expect(trouble.saw).toMatch(/^[^\n]+$/);
});

test("the action is the error's own, or the one that was asked, and the fix of a denial names it", () => {
  const message = 'User: arn:aws:iam::1:user/kim is not authorized to perform: eks:DescribeCluster on resource: x';
  const own = troubleOf(sdk('AccessDeniedException', message), 'eks:ListFargateProfiles');
  expect(own.action).toBe('eks:DescribeCluster');
  expect(own.fix).toMatch(/allow eks:DescribeCluster .*docs\/aws\.md/);
  expect(troubleOf(sdk('UnauthorizedOperation', 'no'), 'ec2:DescribeSubnets').fix).toMatch(
    /allow ec2:DescribeSubnets /,
  );
});

test('an expired SSO session is mended by aws sso login', () => {
  const error = sdk(
    'CredentialsProviderError',
    'The SSO session token associated with profile=work was not found or is invalid.',
  );
  expect(troubleOf(error)).toMatchObject({
    kind: 'SSO session expired',
    fix: expect.stringContaining('aws sso login'),
  });
});

test('what AWS decoded of a request, keys and tokens are left out', () => {
  const token = `IQoJb3JpZ2luX2VjE${'aB3/'.repeat(40)}`;
  const canonical = `The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'GET\n/\nx-amz-security-token:${token}'`;
  const short = 'it does not match.\n\nThe Canonical String for this request is\nx-amz-security-token:IQoJ';
  for (const message of [
    short,
    canonical,
    `Encoded authorization failure message: ${token}`,
    `the key AKIAIOSFODNN7EXAMPLE, ${token}`,
  ]) {
    const { saw } = troubleOf(sdk('SignatureDoesNotMatch', message));
    expect(saw).not.toContain('IQoJ');
    expect(saw).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(saw).not.toContain('\n');
  }
});

test('an AwsError says what was seen and what to do, and is known again', () => {
  const trouble = troubleOf(sdk('AccessDenied', 'no'), 'iam:GetRole');
  const error = new AwsError(trouble);
  expect(error.message).toBe(`${trouble.saw}; ${trouble.fix}`);
  expect(error.cause).toBeUndefined();
  expect(troubleOf(error)).toBe(trouble);
});
