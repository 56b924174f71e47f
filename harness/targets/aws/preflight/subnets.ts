import { bad, defineCheck, ok } from './check.ts';
import { FARGATE_PROFILE, takersOf } from './fargate-profile.ts';

/** Every pod on Fargate has an address of its own. */
export const subnets = defineCheck('subnets', [FARGATE_PROFILE], async ({ apis, settings, pods, atOnce }) => {
  const profiles = takersOf(await apis.fargateProfiles(settings.cluster), pods);
  const ids = [...new Set(profiles.flatMap((one) => one.subnets))];
  const found = await apis.subnets(ids);
  const free = found.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const each = found.map(({ id, freeAddresses, zone }) => `${id} (${zone}): ${freeAddresses}`).join(', ');
  if (free < atOnce.pods)
    return bad(
      `${free} free addresses for ${atOnce.pods} pods at once: ${each || 'no subnet'}`,
      'free some, or make a Fargate profile with larger private subnets; fewer lanes in aws.config.ts need fewer',
    );
  return ok(`${free} free addresses for ${atOnce.pods} pods at once`);
});
