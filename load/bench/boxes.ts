import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { ROOT } from '../../harness/cli/root.ts';
import { EdgeAdmin } from '../../harness/edge/admin-client.ts';
import { newRunId } from '../../harness/runner/run-id.ts';
import { EDGE_ADMIN_PORT } from '../../harness/targets/k3s/edge-container.ts';
import { ENGINE_PORT, engineEnvironment } from '../../harness/targets/k3s/engine-container.ts';
import { ensureBuilt, ownRecipes } from '../../harness/targets/k3s/images.ts';
import { CREDENTIALS } from '../../harness/targets/kube/local-domain.ts';
import { removeStack } from '../../harness/tools/belongings.ts';
import { LABEL, OWNER_LABEL } from '../../harness/tools/ours.ts';
import { ownerOfThis } from '../../harness/tools/owner.ts';
import type { Bench } from './figure.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A container of a benchmark. */
export interface Box {
  /** Its name, which is its host name on the network. */
  name: string;
  /** Host and port by which this process reaches it. */
  addressOf(port: number): string;
  /** CPU time that it used so far, s, by its cgroup. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** A front door: `admin` from here, `host` and port 9200 from other boxes. */
export interface EdgeBox extends Box {
  admin: EdgeAdmin;
}

/** Beyond every bulk: a pipeline whose bulks an AWS domain would refuse can be measured too. */
const NO_CAP = '100MiB';

/** The containers of one figure, on a network of their own; they carry the labels by which left-overs of killed runs are found. */
export class Boxes implements AsyncDisposable {
  readonly network: string;
  readonly #labels: Record<string, string>;
  readonly #bench: Bench;
  readonly #removeNow = () => void removeStack(this.network).catch(() => {});
  #count = 0;

  private constructor(bench: Bench, network: string, labels: Record<string, string>) {
    this.#bench = bench;
    this.network = network;
    this.#labels = labels;
    bench.signal.addEventListener('abort', this.#removeNow);
  }

  static async open(bench: Bench): Promise<Boxes> {
    const name = `efk-bench-${newRunId()}`;
    const labels = { [LABEL]: name, [OWNER_LABEL]: await ownerOfThis() };
    const { container } = await getContainerRuntimeClient();
    await container.dockerode.createNetwork({ Name: name, Labels: labels });
    return new Boxes(bench, name, labels);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bench.signal.removeEventListener('abort', this.#removeNow);
    await removeStack(this.network);
  }

  /** Starts a container; `cpus` is its limit, none unless told. */
  async start(role: string, box: GenericContainer, cpus?: number): Promise<Box> {
    const name = `${this.network}-${role}-${++this.#count}`;
    const starting = (cpus === undefined ? box : box.withResourcesQuota({ cpu: cpus }))
      .withName(name)
      .withNetworkMode(this.network)
      .withLabels({ ...this.#labels, [`${LABEL}.role`]: role })
      .start();
    return { name, ...handlesOf(await unlessAborted(starting, this.#bench.signal)) };
  }

  /** A search engine of one node, as the scenarios have it but with a JVM that runs long rather than starts fast. */
  async engine(image: string, cpus: number): Promise<Box> {
    this.#bench.say(`starting ${image}`);
    const box = new GenericContainer(image)
      .withEnvironment(engineEnvironment('-Xms1g -Xmx1g'))
      .withExposedPorts(ENGINE_PORT)
      .withWaitStrategy(
        Wait.forHttp('/_cluster/health', ENGINE_PORT, { abortOnContainerExit: true }).forStatusCode(200),
      )
      .withStartupTimeout(180_000);
    return this.start('engine', box, cpus);
  }

  /** An edge before an engine; before none it answers itself (mode `null`). */
  async edge(backend?: Box): Promise<EdgeBox> {
    const { say, signal } = this.#bench;
    const image = await ensureBuilt(ownRecipes(ROOT).edge, say, signal);
    const box = new GenericContainer(image)
      .withCommand([
        ...['--access-key', CREDENTIALS.accessKeyId, '--secret-key', CREDENTIALS.secretAccessKey, '--cap', NO_CAP],
        ...(backend ? ['--backend', `http://${backend.name}:${ENGINE_PORT}`] : []),
      ])
      .withExposedPorts(EDGE_ADMIN_PORT)
      .withWaitStrategy(Wait.forHttp('/healthz', EDGE_ADMIN_PORT, { abortOnContainerExit: true }).forStatusCode(200));
    const started = await this.start('edge', box);
    return { ...started, admin: new EdgeAdmin(`http://${started.addressOf(EDGE_ADMIN_PORT)}`) };
  }
}

function handlesOf(started: StartedTestContainer): Omit<Box, 'name'> {
  return {
    addressOf: (port) => `${started.getHost()}:${started.getMappedPort(port)}`,
    cpuSeconds: async () => {
      const { container } = await getContainerRuntimeClient();
      const stats = await container.dockerode
        .getContainer(started.getId())
        .stats({ stream: false, 'one-shot': true } as { stream: false });
      return stats.cpu_stats.cpu_usage.total_usage / 1e9;
    },
    stop: async () => void (await started.stop({ timeout: 1000 })),
  };
}
