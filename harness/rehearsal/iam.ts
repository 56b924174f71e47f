import type { Api } from './api.ts';
import { AwsError } from './errors.ts';
import { trustOf, trustPolicy } from './trust.ts';

/** Identity and Access Management: the pods' role, and whom it trusts. */
export const iam: Api = {
  protocol: 'query',
  service: 'iam',
  version: '2010-05-08',
  regions: { also: ['us-east-1'] },
  operations: {
    GetRole: {
      resource: ({ RoleName }, { account }) => `arn:aws:iam::${account}:role/${RoleName}`,
      answer({ RoleName }, { world, plants }) {
        const { role } = world.pods;
        const [name, ...path] = role
          .slice(role.indexOf('/') + 1)
          .split('/')
          .reverse();
        const trust = trustOf(world, plants);
        if (RoleName !== name || !trust)
          throw new AwsError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, 404);
        return {
          Role: {
            Path: ['', ...path.reverse(), ''].join('/'),
            RoleName: name,
            RoleId: 'AROAPODSPODSPODSPODS',
            Arn: role,
            CreateDate: '2026-01-01T00:00:00Z',
            AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trustPolicy(trust, world.account))),
            MaxSessionDuration: 3600,
          },
        };
      },
    },
  },
};
