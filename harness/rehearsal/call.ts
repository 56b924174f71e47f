import { randomUUID } from 'node:crypto';
import { checkSignature, type ReceivedRequest, type SignatureFault, type Signed } from '../edge/signature.ts';
import type { Api, Caller, Stage } from './api.ts';
import { ec2 } from './ec2.ts';
import { ecr } from './ecr.ts';
import { eks } from './eks.ts';
import { AwsError, commonError, denied } from './errors.ts';
import { iam } from './iam.ts';
import { opensearch } from './opensearch.ts';
import type { ApiName } from './plants.ts';
import { pricing } from './pricing.ts';
import { quotas } from './quotas.ts';
import { type Route, routeOf } from './route.ts';
import { sts } from './sts.ts';
import { failure, success, type WireAnswer } from './wire.ts';
import type { SeenCall, World } from './world.ts';

const APIS: Record<ApiName, Api> = { sts, eks, ec2, ecr, opensearch, iam, quotas, pricing };
const ANONYMOUS: Caller = { by: 'anonymous' };

/** Answers one call, and says what it was. `log` takes what is no error of AWS'. */
export async function answerCall(
  request: ReceivedRequest,
  stage: Stage,
  now: number,
  log: (entry: object) => void,
): Promise<{ answer: WireAnswer; seen: SeenCall }> {
  const requestId = randomUUID();
  let route: Route | undefined;
  let caller = ANONYMOUS;
  const done = (answer: WireAnswer) => {
    const action = route ? `${route.api.service}:${route.operation}` : `${request.method} ${request.url}`;
    return { answer, seen: { by: caller.by, action, status: answer.status } };
  };
  try {
    route = routeOf(request, APIS);
    if (!route) throw new AwsError('UnknownOperationException', 'no API with this operation is played here', 404);
    const checked = await checkSignature(request, stage.keys.all(), now);
    caller = claimedBy(request, stage);
    admit(route, checked, stage.world);
    plantedError(route, stage, caller);
    const output = await route.api.operations[route.operation]!.answer(route.input, stage, caller);
    return done(success(route.api, route.operation, output, requestId));
  } catch (error) {
    if (!(error instanceof AwsError)) log({ at: new Date().toISOString(), error: (error as Error).stack });
    const protocol = route?.api.protocol ?? 'rest';
    return done(failure(error instanceof AwsError ? error : commonError(protocol, 'broken'), route?.api, requestId));
  }
}

/** The holder of the key that a request names, whether or not the signature is right. */
function claimedBy({ headers }: ReceivedRequest, { keys }: Stage): Caller {
  const id = String(headers['authorization'] ?? '').match(/Credential=([^/]+)/)?.[1];
  return keys.all().find(({ accessKeyId }) => accessKeyId === id)?.holder ?? ANONYMOUS;
}

/** Throws unless the signature is right, and for this API in one of its regions. */
function admit({ api, operation }: Route, checked: Signed | SignatureFault, { region }: World): void {
  const { protocol, service, regions } = api;
  if ('fault' in checked) {
    if (checked.fault === 'anonymous' && operation === 'AssumeRoleWithWebIdentity') return;
    throw commonError(protocol, checked.fault, checked.said);
  }
  if (checked.service !== service)
    throw commonError(protocol, 'other scope', `Credential should be scoped to correct service: '${service}'.`);
  const valid = regions ? ('only' in regions ? regions.only : [region, ...regions.also]) : [region];
  if (!valid.includes(checked.region))
    throw commonError(
      protocol,
      'other scope',
      `Credential should be scoped to a valid region, not '${checked.region}'.`,
    );
}

/** Throws where a planted failure is in the way, or pods ask for more than who they are: their role is for the domain alone. */
function plantedError(route: Route, { plants, world }: Stage, caller: Caller): void {
  const { name, api, operation, input } = route;
  const action = `${api.service}:${operation}`;
  const beyondPods = caller.by === 'pods' && name !== 'sts';
  if (plants.has(`${name}=denied`) || beyondPods)
    throw denied(api.protocol, caller.arn, action, api.operations[operation]!.resource(input, world));
  if (plants.has(`${name}=throttled`)) throw commonError(api.protocol, 'throttled');
  if (plants.has(`${name}=broken`)) throw commonError(api.protocol, 'broken');
  if (name === 'sts' && plants.has('sts=expired')) throw commonError(api.protocol, 'expired token');
}
