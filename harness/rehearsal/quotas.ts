import { type Api, arnOf } from './api.ts';
import { AwsError } from './errors.ts';

/** Code of "Fargate On-Demand vCPU resource count". */
const FARGATE_VCPU = 'L-3032A538';
/** What the account may run at once, vCPU. */
const VCPU = 500;

/** Service Quotas: how much of Fargate may run at once. */
export const quotas: Api = {
  protocol: 'json',
  service: 'servicequotas',
  version: 'ServiceQuotasV20190624',
  operations: {
    GetServiceQuota: {
      resource: ({ ServiceCode, QuotaCode }, world) => arnOf('servicequotas', world, `${ServiceCode}/${QuotaCode}`),
      answer({ ServiceCode, QuotaCode }, { world, plants }) {
        if (ServiceCode !== 'fargate' || QuotaCode !== FARGATE_VCPU)
          throw new AwsError(
            'NoSuchResourceException',
            'The request failed because the specified service quota does not exist.',
          );
        return {
          Quota: {
            ServiceCode,
            ServiceName: 'AWS Fargate',
            QuotaArn: arnOf('servicequotas', world, `fargate/${FARGATE_VCPU}`),
            QuotaCode,
            QuotaName: 'Fargate On-Demand vCPU resource count',
            Value: plants.has('quotas=small') ? 1 : VCPU,
            Unit: 'None',
            Adjustable: true,
            GlobalQuota: false,
          },
        };
      },
    },
  },
};
