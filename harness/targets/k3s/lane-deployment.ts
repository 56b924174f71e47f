import type { Deployment, Setup } from '../../core/target.ts';
import { CERTIFICATE } from '../../edge/tls.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import { domainService } from '../kube/domain-service.ts';
import { emitterArgs } from '../kube/emitter-args.ts';
import { KubeDeployment, type NodeDoor } from '../kube/kube-deployment.ts';
import { CREDENTIALS, DOMAIN } from '../kube/local-domain.ts';
import { readVariant } from '../kube/pipeline.ts';
import { type Prepared, prepare } from '../kube/prepare.ts';
import { EDGE_PORT, EDGE_TLS_PORT } from './edge-container.ts';
import type { Lane, Lanes } from './lanes.ts';
import { signalOnNode } from './signal-on-node.ts';
import type { K3sStanding } from './standing.ts';

/** A pipeline that is wanted in a lane. */
export interface Wanted {
  run: string;
  setup: Setup;
  blueprint: Blueprint;
}

/** Deploys a pipeline in a lane, which is given back once nothing of it is left. */
export async function deployIn(lane: Lane, lanes: Lanes, wanted: Wanted, standing: K3sStanding): Promise<Deployment> {
  const { run, setup } = wanted;
  const { cluster, resolves, signal, stack } = standing;
  const prepared = preparedFor(lane, wanted, standing);
  const edgePort = setup.tls ? EDGE_TLS_PORT : EDGE_PORT;
  const reach = (ip: string) => domainService(prepared.anatomy.namespace, run, DOMAIN, ip, edgePort);
  const tell = async (ip: string) => {
    for (const object of reach(ip)) await cluster.apply(object);
  };
  const door: NodeDoor = {
    signal: ({ id }, name) => signalOnNode(stack.clusterContainer, id, name),
    resolves,
    killEdge: (whileAway) => lanes.killEdge(lane, run, tell, whileAway),
    closed: lane.place.leave,
    late: lane.place.leaveAfter,
  };
  const deployment = new KubeDeployment(run, cluster, door, prepared, lane.domain, signal);
  await deployment.apply(reach(lane.edge.ip));
  return deployment;
}

function preparedFor(
  { suffix }: Lane,
  { run, setup, blueprint: { manifests, anatomy, refusedByFargate } }: Wanted,
  { images, pipeline }: K3sStanding,
): Prepared {
  return prepare(manifests, {
    run,
    namespace: `${anatomy.namespace}${suffix}`,
    emitterImage: images.emitter,
    emitterArgs: emitterArgs(run, anatomy.logFile, setup.load),
    fluentdImage: images.fluentd,
    queueImage: images.queue,
    endpoint: setup.tls ? { ...DOMAIN, scheme: 'https' } : DOMAIN,
    ...(setup.tls ? { certificate: CERTIFICATE.cert } : {}),
    credentials: CREDENTIALS,
    setup,
    heldToFargate: refusedByFargate.length === 0,
    variant: setup.variant && readVariant(pipeline, setup.variant),
  });
}
