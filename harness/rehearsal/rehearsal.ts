import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import { until } from '../core/condition.ts';
import { EdgeAdmin } from '../edge/admin-client.ts';
import type { AwsSettings } from '../targets/aws/settings.ts';
import { EDGE_PORT } from '../targets/k3s/edge-container.ts';
import { ensureBuilt, ownRecipes, registryRecipe } from '../targets/k3s/images.ts';
import { type Stack, startStack } from '../targets/k3s/stack.ts';
import { startIn } from '../targets/k3s/stack-containers.ts';
import { fargatePolicy } from '../targets/kube/admission.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { removeStack } from '../tools/belongings.ts';
import { addressOf } from '../tools/containers.ts';
import { dockerVersion } from '../tools/docker.ts';
import { dockerHost } from '../tools/docker-host.ts';
import { freePort } from '../tools/free-port.ts';
import { obtainImage } from '../tools/images.ts';
import { removeLeftOvers } from '../tools/left-overs.ts';
import { AwsApisAdmin } from './admin-client.ts';
import { APIS, apisBox, makeSecret, REGISTRY_PORT, registryBox } from './boxes.ts';
import { personFiles, variablesOf } from './person.ts';
import { domainRulesOf, type PlantName } from './plants.ts';
import { accountOf, worldOf } from './played.ts';
import { PodIdentity } from './pod-identity.ts';
import { RehearsalCluster } from './rehearsal-cluster.ts';
import { stage } from './stage.ts';
import type { Standing } from './standing.ts';
import type { SeenCall } from './world.ts';

export interface RehearsalOptions {
  run: string;
  root: string;
  /** What is rehearsed: names, region and ways of signing are kept, addresses replaced. */
  settings: AwsSettings;
  images: { k3s: string; engine: string; ryuk?: string };
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** An AWS account with cluster, registry and domain, played by containers of this machine. */
export interface Rehearsal extends Standing, AsyncDisposable {
  cluster(context: string): Cluster;
  /** Has the node pull an image by its digest, as EKS's nodes do by themselves. */
  stage(reference: string, how: { say(what: string): void; signal: AbortSignal }): Promise<void>;
  /** Puts planted failures in force, in place of those before. */
  plant(names: readonly PlantName[]): Promise<void>;
  /** The calls of the APIs so far. */
  calls(): Promise<SeenCall[]>;
}

/** Starts all that plays a part. Where that fails, or is interrupted, nothing is left. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { run, root, images, say, remark, signal } = options;
  const name = `efk-${run}`;
  await dockerVersion();
  await removeLeftOvers(remark);
  const folder = mkdtempSync(join(tmpdir(), 'efk-rehearsal-'));
  const remove = async () => {
    await removeStack(name);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    say('looking for images');
    for (const image of Object.values(images)) await obtainImage(image, { say, signal });
    const recipes = ownRecipes(root);
    const edge = await ensureBuilt(recipes.edge, say, signal);
    const played = {
      apis: await ensureBuilt(recipes.rehearsal, say, signal),
      registry: await ensureBuilt(registryRecipe(root), say, signal),
    };
    say('starting a cluster, a domain, a registry and AWS’s APIs');
    const stack = await startStack({
      ...{ run, engine: 'opensearch', keep: false, reuse: false, say, signal },
      images: { ...images, edge: Promise.resolve(edge), pods: Promise.resolve([]) },
    });
    return rehearsalOf(await playedBy(options, stack, played, folder), remove);
  } catch (error) {
    await remove().catch(() => {});
    throw error;
  }
}

async function playedBy(
  { settings: own, root, signal }: RehearsalOptions,
  stack: Stack,
  images: { apis: string; registry: string },
  folder: string,
): Promise<Standing> {
  const { network } = stack;
  const host = await dockerHost();
  const edge = await addressOf(stack.containers.edge, network);
  const registryPort = await freePort();
  const context = `arn:aws:eks:${own.region}:${accountOf(own)}:cluster/${own.cluster}`;
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(named(stack.kubeconfig, context));
  const addresses = {
    cluster: kubeconfig.getCurrentCluster()!.server,
    domain: `http://${host}:${edge.ports[String(EDGE_PORT)]}`,
    registry: `localhost:${registryPort}`,
  };
  const world = worldOf(own, addresses, 'OpenSearch_2.19');
  await Promise.all([
    startIn(network, 'registry', registryBox(images.registry, registryPort, world)),
    startIn(network, 'aws', apisBox(images.apis, network, world)),
  ]);
  signal.throwIfAborted();
  const apis = await addressOf(`${network}-aws`, network);
  const registry = await addressOf(`${network}-registry`, network);
  const plain = new Cluster(stack.kubeconfig);
  for (const object of fargatePolicy(root)) await plain.apply(object);
  if ('secret' in own.pods) await makeSecret(plain, own.pods.secret, world);
  const look = async () =>
    (await plain.resolves()) ? { met: true as const, value: undefined } : { met: false as const, saw: 'not ready' };
  await until({ name: 'the cluster’s DNS to be ready', look }, { withinMs: 90_000, everyMs: 300, signal });
  const files = personFiles(folder, world, kubeconfig.exportConfig());
  return {
    settings: {
      ...own,
      context,
      domain: { name: own.domain.name, endpoint: addresses.domain, fromPods: `http://${edge.ip}:${EDGE_PORT}` },
    },
    ...variablesOf(files, `http://${host}:${apis.ports[APIS.port]}`, own.region),
    world,
    stack,
    inside: { stsUrl: `http://${apis.ip}:${APIS.port}`, registry: `${registry.ip}:${REGISTRY_PORT}` },
    adminUrl: `http://${host}:${apis.ports[APIS.admin]}`,
  };
}

/** A rehearsal that stands, by what is written of it; `remove` takes it down. */
export function rehearsalOf(standing: Standing, remove: () => Promise<void>): Rehearsal {
  const { settings, stack, inside, adminUrl } = standing;
  const identity = new PodIdentity(settings.region, inside.stsUrl);
  const admin = new AwsApisAdmin(adminUrl);
  const domain = new EdgeAdmin(stack.edgeAdminUrl);
  return {
    ...standing,
    cluster: () => new RehearsalCluster(stack.kubeconfig, identity),
    stage: (reference, how) => stage(reference, standing, how),
    async plant(names) {
      await admin.plant(names);
      await domain.setRules(domainRulesOf(names), 'planted');
    },
    calls: () => admin.calls(),
    [Symbol.asyncDispose]: remove,
  };
}

/** The same kubeconfig with a context that is named as `aws eks update-kubeconfig` names one. */
function named(kubeconfig: string, context: string): string {
  const config = parse(kubeconfig);
  config.contexts[0].name = context;
  config['current-context'] = context;
  return stringify(config);
}
