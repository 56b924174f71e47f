import { troubleOf } from '../aws-trouble.ts';
import { fargatePrices } from '../prices.ts';
import { bad, defineCheck, ok, warn } from './check.ts';
import { CREDENTIALS } from './identity.ts';

/** New accounts have 6: AWS Fargate service quotas. What else runs on Fargate in the region counts, too, and is not seen here. */
export const quota = defineCheck('Fargate quota', [CREDENTIALS], async ({ apis, atOnce, settings: { region } }) => {
  const vcpu = await apis.fargateQuota();
  const look = `aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538 --region ${region}`;
  if (vcpu === undefined)
    return warn('AWS tells no quota of Fargate for this account and region', `see for yourself: ${look}`);
  if (vcpu < atOnce.vcpu)
    return bad(
      `${vcpu} vCPU, and the run needs ${atOnce.vcpu} at once`,
      `take fewer lanes, or ask for more: aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --region ${region} --desired-value ${Math.ceil(atOnce.vcpu)}`,
    );
  return ok(`${vcpu} vCPU, of which the run needs ${atOnce.vcpu} at once`);
});

export const price = defineCheck('price', [CREDENTIALS], async ({ apis, settings }) => {
  try {
    const { vcpuHour, gibHour, asOf, source } = await fargatePrices(settings, apis);
    const saw = `$${vcpuHour} a vCPU and hour, $${gibHour} a GB and hour, by ${source} (${asOf})`;
    if (settings.prices === 'aws') return ok(saw);
    return warn(saw, "for the prices of the region and of today: prices: 'aws' in aws.config.ts");
  } catch (error) {
    const { saw, fix } = troubleOf(error, 'pricing:GetProducts');
    return bad(saw, `${fix}; or take the dated table: prices: 'table' in aws.config.ts`);
  }
});
