import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { asked, type ClientSettings, given, ifThere } from './asking.ts';

export interface AccountApis {
  /** Whose credentials these are. `clockAheadMs`: this machine's clock against AWS's, which tells whole seconds; undefined where it did not tell. */
  whoAmI(): Promise<{ account: string; arn: string; clockAheadMs?: number }>;
  /** Trust policy of a role, decoded; undefined: no such role. */
  trustPolicy(roleName: string): Promise<unknown>;
  /** vCPU that Fargate runs at once at most, in account and region; undefined: AWS tells none. */
  fargateQuota(): Promise<number | undefined>;
}

export const ACCOUNT_ACTIONS = {
  whoAmI: ['sts:GetCallerIdentity'],
  trustPolicy: ['iam:GetRole'],
  fargateQuota: ['servicequotas:GetServiceQuota'],
} as const satisfies Record<keyof AccountApis, readonly string[]>;

/** "Fargate On-Demand vCPU resource count". */
const FARGATE_VCPU = { ServiceCode: 'fargate', QuotaCode: 'L-3032A538' };

export function accountApis(settings: ClientSettings): AccountApis & Disposable {
  const sts = new STSClient(settings);
  const iam = new IAMClient(settings);
  const quotas = new ServiceQuotasClient(settings);
  let clockAheadMs: number | undefined;
  // Before an answer is taken apart: the SDK itself corrects a wrong clock and says nothing of it.
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const at = Date.parse((result.response as { headers?: Record<string, string> }).headers?.['date'] ?? '');
      clockAheadMs = Number.isNaN(at) ? undefined : Date.now() - at;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'clockOfAws' },
  );
  return {
    whoAmI: async () => {
      const { Account, Arn } = await asked('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
      const who = { account: given(Account, 'account'), arn: given(Arn, 'ARN') };
      return clockAheadMs === undefined ? who : { ...who, clockAheadMs };
    },
    trustPolicy: async (RoleName) => {
      const answer = await ifThere('iam:GetRole', () => iam.send(new GetRoleCommand({ RoleName })));
      return answer && JSON.parse(decodeURIComponent(given(answer.Role?.AssumeRolePolicyDocument, 'trust policy')));
    },
    fargateQuota: async () => {
      const ask = () => quotas.send(new GetServiceQuotaCommand(FARGATE_VCPU));
      return (await ifThere('servicequotas:GetServiceQuota', ask))?.Quota?.Value;
    },
    [Symbol.dispose]() {
      for (const client of [sts, iam, quotas]) client.destroy();
    },
  };
}
