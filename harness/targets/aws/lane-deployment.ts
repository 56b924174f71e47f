import type { Deployment, Setup } from '../../core/target.ts';
import { CERTIFICATE } from '../../edge/tls.ts';
import { emitterArgs } from '../kube/emitter-args.ts';
import { KubeDeployment, type NodeDoor } from '../kube/kube-deployment.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { readVariant } from '../kube/pipeline.ts';
import { prepare } from '../kube/prepare.ts';
import { signalInside } from '../kube/signal-inside.ts';
import type { Endpoint } from '../kube/td-agent-conf.ts';
import { hasQueue } from '../kube/topology.ts';
import { EDGE_ENDPOINTS } from './edge-objects.ts';
import { EdgePod } from './edge-pod.ts';
import { indexPrefixOf } from './indices.ts';
import type { AwsLane } from './lanes.ts';
import { SERVICE_ACCOUNT } from './service-account.ts';
import type { AwsSettings } from './settings.ts';
import type { AwsStanding } from './standing.ts';

/** So many times longer than on a node of one's own everything takes where each pod gets a machine and pulls its images: 1 to 2 min against 10 s. */
const SLOWNESS = 4;

/** A pipeline that is wanted in a lane. */
export interface Wanted extends Pick<NodeDoor, 'late'> {
  run: string;
  setup: Setup;
  /** Whether the cluster resolves names by now. */
  resolves(): Promise<boolean>;
  /** Has the queue's image at the nodes; asked where the topology has a queue. */
  bringQueue(): Promise<void>;
  /** Called once nothing of the deployment is left. */
  closed(): Promise<void>;
}

/** Deploys a pipeline in a lane, behind the lane's edge where the setup wants one. */
export async function deployIn(
  lane: AwsLane,
  { run, setup, resolves, bringQueue, closed, late }: Wanted,
  standing: AwsStanding,
): Promise<Deployment> {
  const { blueprint, cluster, images, key, pipeline, settings, signal } = standing;
  const edge = setup.edge ? await edgeOf(lane, standing) : undefined;
  await edge?.domain.reset([CREDENTIALS]);
  // Behind an edge the keys are made up, and in a Secret: the edge must know them to tell a right signature from a wrong one.
  const keyed = edge !== undefined || setup.secret === 'empty';
  const { manifests, anatomy, parts } = await blueprint(
    setup.topology ?? pipeline.topology,
    keyed ? 'secret' : undefined,
  );
  if (hasQueue(parts)) await bringQueue();
  // The namespace has it already, for its edge too.
  const others = manifests.filter(
    ({ kind, metadata }) => kind !== 'ServiceAccount' || metadata?.name !== SERVICE_ACCOUNT,
  );
  const prepared = prepare(others, {
    run,
    namespace: lane.namespace,
    emitterImage: images.emitter,
    emitterArgs: emitterArgs(run, anatomy.logFile, setup.load),
    fluentdImage: images.fluentd,
    queueImage: images.queue,
    endpoint: edge ? EDGE_ENDPOINTS[setup.tls ? 'https' : 'http'] : endpointOf(settings),
    ...(edge && setup.tls ? { certificate: CERTIFICATE.cert } : {}),
    credentials: keyed ? CREDENTIALS : (key ?? CREDENTIALS),
    setup,
    heldToFargate: true,
    variant: setup.variant && readVariant(pipeline, setup.variant),
    elsewhere: {
      indexPrefix: indexPrefixOf(run),
      region: settings.region,
    },
  });
  const door: NodeDoor = {
    slowness: SLOWNESS,
    signal: ({ pod, container }, name) =>
      signalInside((command) => cluster.exec(lane.namespace, pod, container, command), container, name),
    resolves,
    killEdge: async (whileAway) => edge?.domain.outlive(run, edge, whileAway),
    closed,
    late,
  };
  const deployment = new KubeDeployment(run, cluster, door, prepared, edge?.domain, signal);
  await deployment.apply([]);
  return deployment;
}

/** Starts the lane's edge at its first use: on Fargate it takes a minute or two. */
async function edgeOf(lane: AwsLane, { run, cluster, settings, images, key, signal }: AwsStanding): Promise<EdgePod> {
  lane.edge ??= await EdgePod.start(cluster, {
    namespace: lane.namespace,
    run,
    image: images.edge,
    backend: settings.domain.fromPods ?? settings.domain.endpoint,
    region: settings.region,
    upstream: key ? { key } : { serviceAccount: SERVICE_ACCOUNT },
    slowness: SLOWNESS,
    signal,
  });
  return lane.edge;
}

/** Where pods reach the domain. */
export function endpointOf({ domain, region }: Pick<AwsSettings, 'domain' | 'region'>): Endpoint {
  const { protocol, hostname, port } = new URL(domain.fromPods ?? domain.endpoint);
  return {
    host: hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    scheme: protocol === 'https:' ? 'https' : 'http',
    region,
  };
}
