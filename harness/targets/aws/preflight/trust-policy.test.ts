import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ISSUER, trusting } from './fake-context.ts';
import { trustLetsIn, trustStatement } from './trust-policy.ts';

const SUBJECT = 'system:serviceaccount:efk-harness-2:efk-sidecar';
const WHO = { issuer: ISSUER, subject: SUBJECT, account: '123456789012' };
const HOST = ISSUER.slice('https://'.length);
const [STATEMENT] = trusting(SUBJECT).Statement as [object];
const of = (change: object) => ({ Statement: { ...STATEMENT, ...change } });
const when = (Condition: object) => of({ Condition });

test.each<[string, unknown, boolean]>([
  ['the subject itself', trusting(SUBJECT), true],
  ['a list with it', trusting(['system:serviceaccount:x:y', SUBJECT]), true],
  ['a pattern', trusting('system:serviceaccount:efk-harness*:efk-sidecar'), true],
  ['another service account', trusting('system:serviceaccount:efk-harness-2:default'), false],
  [
    'a pattern under StringEquals',
    when({ StringEquals: { [`${HOST}:sub`]: 'system:serviceaccount:*:efk-sidecar' } }),
    false,
  ],
  ['no condition', of({ Condition: undefined }), true],
  ['another audience', when({ StringEquals: { [`${HOST}:sub`]: SUBJECT, [`${HOST}:aud`]: 'other' } }), false],
  ["another cluster's subject", when({ StringEquals: { [`${HOST}2:sub`]: SUBJECT } }), false],
  [
    'any of the values',
    when({ 'ForAnyValue:StringEquals': { [`${HOST}:aud`]: ['other', 'sts.amazonaws.com'] } }),
    true,
  ],
  ['none of the values', when({ StringNotEquals: { [`${HOST}:sub`]: ['x', SUBJECT] } }), false],
  ['not one of the others', when({ StringNotLike: { [`${HOST}:sub`]: ['x', 'y*'] } }), true],
  [
    'letters of any case',
    when({ StringEqualsIgnoreCase: { [`${HOST.toUpperCase()}:SUB`]: SUBJECT.toUpperCase() } }),
    true,
  ],
  ['if it exists', when({ StringEqualsIfExists: { [`${HOST}:sub`]: SUBJECT } }), true],
  ['a condition on what nobody knows here', when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), false],
  ['actions in a list, with a star', of({ Action: ['sts:TagSession', 'sts:AssumeRole*'] }), true],
  ['another action', of({ Action: 'sts:AssumeRole' }), false],
  ['all but another action', of({ Action: undefined, NotAction: 'sts:AssumeRole' }), true],
  [
    'providers in a list',
    of({ Principal: { Federated: ['accounts.google.com', `arn:aws:iam::123456789012:oidc-provider/${HOST}`] } }),
    true,
  ],
  [
    'a provider of another account',
    of({ Principal: { Federated: `arn:aws:iam::210987654321:oidc-provider/${HOST}` } }),
    false,
  ],
  [
    'a provider of another cluster',
    of({ Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${HOST}2` } }),
    false,
  ],
  ['EKS Pod Identity, which Fargate has not', of({ Principal: { Service: 'pods.eks.amazonaws.com' } }), false],
  [
    'a statement among others',
    {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        STATEMENT,
      ],
    },
    true,
  ],
  ['a denial beside it', { Statement: [STATEMENT, { ...STATEMENT, Effect: 'Deny' }] }, false],
  ['a denial of everybody', { Statement: [STATEMENT, { Effect: 'Deny', Principal: '*', Action: '*' }] }, false],
  [
    'a denial of others',
    {
      Statement: [
        STATEMENT,
        ...trusting('system:serviceaccount:x:y').Statement.map((one) => ({ ...one, Effect: 'Deny' })),
      ],
    },
    true,
  ],
  ['no policy', {}, false],
])('%s: %s', (_, policy, expected) => expect(trustLetsIn(policy, WHO)).toBe(expected));

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);

test('the statement to add lets in the subjects that it is for, and nobody else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 5 }), ([outside, ...namespaces]) => {
      const subjectOf = (namespace: string) => `system:serviceaccount:${namespace}:efk-sidecar`;
      const Statement = [JSON.parse(trustStatement(WHO, namespaces.map(subjectOf)))];
      for (const namespace of namespaces)
        expect(trustLetsIn({ Statement }, { ...WHO, subject: subjectOf(namespace) })).toBe(true);
      expect(trustLetsIn({ Statement }, { ...WHO, subject: subjectOf(outside!) })).toBe(false);
      expect(trustLetsIn({ Statement }, { ...WHO, subject: subjectOf(namespaces[0]!), issuer: `${ISSUER}2` })).toBe(
        false,
      );
    }),
  );
});

test('a pattern made of the subject lets it in, and a denial by the same pattern goes before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(SUBJECT.length - 1), { maxLength: 10 }), (at) => {
      const pattern = [...SUBJECT].map((one, i) => (at.includes(i) ? '?' : one)).join('');
      const [allow] = trusting(pattern).Statement;
      expect(trustLetsIn({ Statement: [allow] }, WHO)).toBe(true);
      expect(trustLetsIn({ Statement: [{ ...allow, Effect: 'Deny' }, allow] }, WHO)).toBe(false);
    }),
  );
});
