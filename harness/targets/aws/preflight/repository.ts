import { bad, defineCheck, ok } from './check.ts';
import { CREDENTIALS } from './identity.ts';

const REPOSITORY = 'ECR repository';

export const repository = defineCheck(
  REPOSITORY,
  [CREDENTIALS],
  async ({ apis, settings: { repository: name, region } }) => {
    const found = await apis.repository(name);
    if (found) return ok(found.uri);
    return bad(
      `there is no repository ${name} in ${region}`,
      `aws ecr create-repository --repository-name ${name} --region ${region}`,
    );
  },
);

/** One who may not comes as an error, which names the action; the other actions of a push stand beside it in docs/aws.md. */
export const push = defineCheck('push to ECR', [REPOSITORY], async ({ apis, settings }) => {
  await apis.mayPush(settings.repository);
  if (!(await apis.registryLetsIn()))
    return bad(
      'the registry refuses the password that ECR hands out for it',
      'look whether a proxy or another DOCKER registry answers in its place: aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY must succeed',
    );
  return ok(`images may be pushed to ${settings.repository}`);
});
