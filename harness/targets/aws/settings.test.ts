import { expect, test } from 'vitest';
import example from '../../../aws.config.example.ts';
import { type AwsConfig, awsSettings } from './settings.ts';

const FILE: AwsConfig = example;

test('the example is whole, and a variable goes before it', () => {
  const settings = awsSettings(FILE, { EFK_AWS_LANES: '2', EFK_AWS_MINUTES: '30', AWS_REGION: 'us-east-1' });
  expect(settings).toMatchObject({
    region: 'ap-northeast-2',
    lanes: 2,
    budget: { minutes: 30, dollars: 5 },
    prices: 'aws',
  });
  expect(settings.domain).toEqual({
    endpoint: 'https://search-logs-aaaaaaaaaaaaaaaaaaaaaaaaaa.ap-northeast-2.es.amazonaws.com',
    name: 'logs',
  });
});

test('everything may come from the environment, the cluster from the context that the AWS CLI wrote', () => {
  const settings = awsSettings(
    {},
    {
      AWS_REGION: 'us-east-1',
      EFK_AWS_CONTEXT: 'arn:aws:eks:us-east-1:123456789012:cluster/blue',
      EFK_AWS_DOMAIN: 'https://logs.example.org/',
      EFK_AWS_DOMAIN_NAME: 'logs',
      EFK_AWS_REPOSITORY: 'team/efk',
      EFK_AWS_POD_SECRET: 'kubetest/aws-account-secret',
    },
  );
  expect(settings).toMatchObject({
    region: 'us-east-1',
    cluster: 'blue',
    domain: { endpoint: 'https://logs.example.org', name: 'logs' },
    pods: { secret: 'kubetest/aws-account-secret' },
  });
});

test('what is missing is named, with the variable that sets it', () => {
  expect(() => awsSettings({}, {})).toThrow(/region: is missing; say it in aws\.config\.ts .* or in EFK_AWS_REGION\n/);
  expect(() => awsSettings({}, {})).toThrow(/pods: expected \{ role: .*EFK_AWS_POD_ROLE/);
});

test.each<[string, AwsConfig, Record<string, string>, RegExp]>([
  ['a region', { ...FILE, region: 'seoul' }, {}, /region: expected a region, such as ap-northeast-2/],
  ['a setting of no such name', { ...FILE, ...{ clutser: 'x' } }, {}, /clutser: no setting of that name/],
  ['too many lanes', FILE, { EFK_AWS_LANES: '9' }, /lanes: expected 1 to 3/],
  [
    'a limit of nothing',
    FILE,
    { EFK_AWS_DOLLARS: '0' },
    /budget\.dollars: expected US dollars above 0; .*EFK_AWS_DOLLARS/,
  ],
  [
    'a registry before the repository',
    FILE,
    { EFK_AWS_REPOSITORY: '1.dkr.ecr.us-east-1.amazonaws.com/efk' },
    /repository: expected the name/,
  ],
  [
    'a domain of no name',
    FILE,
    { EFK_AWS_DOMAIN: 'https://logs.example.org' },
    /domain\.name: is missing; .*EFK_AWS_DOMAIN_NAME/,
  ],
  ['two ways to sign', FILE, { EFK_AWS_POD_ROLE: 'a', EFK_AWS_POD_SECRET: 'b' }, /expected one of them/],
])('refuses %s', (_, file, env, message) => {
  expect(() => awsSettings(file, env)).toThrow(message);
});
