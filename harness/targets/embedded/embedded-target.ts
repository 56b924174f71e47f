import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import type { Capability, Deployment, Setup, Surroundings, Target } from '../../core/target.ts';
import { CERTIFICATE } from '../../edge/tls.ts';
import { EmbeddedStore } from '../../sinks/embedded-store.ts';
import { type Posing, type StoreServer, serveStore } from '../../sinks/store-server.ts';
import { type Blueprint, blueprintOf } from '../kube/blueprint.ts';
import { EdgeDomain } from '../kube/edge-domain.ts';
import { emitterArgs } from '../kube/emitter-args.ts';
import { fargateRemarks } from '../kube/fargate-remarks.ts';
import { CREDENTIALS, DOMAIN } from '../kube/local-domain.ts';
import { type PipelineSource, readVariant } from '../kube/pipeline.ts';
import { prepare } from '../kube/prepare.ts';
import { EdgeHere } from './edge-here.ts';
import { EmbeddedDeployment } from './embedded-deployment.ts';
import { ensureGems, type Gems } from './gems.ts';
import { emitterImage, fluentdImage, type Image } from './image.ts';
import { refuse } from './refuse.ts';
import { renderHere } from './render-here.ts';
import { findBundler, findCompiler, findRuby, type Ruby, tryNamespaces } from './requirements.ts';
import { removeLeftFolders, Workplace } from './workplace.ts';

export interface EmbeddedOptions {
  run: string;
  root: string;
  pipeline: PipelineSource;
  /** Which engine the store answers as. */
  engine: Posing;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** What it takes to start a pod of the pipeline. */
interface Parts {
  blueprint: Blueprint;
  ruby: Ruby;
  gems: Gems;
  images: { emitter: Image; fluentd: Image };
}

/** The machine's own programs; everything else is inherited by nobody. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Deployments side by side, as on k3s: each has a network of its own. */
const LANES = 3;

/** The pipeline as processes of this machine, the edge in this process, and a store of our own in place of an engine. Needs neither Docker nor root. */
export class EmbeddedTarget implements Target {
  static readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['edge']);
  readonly capabilities = EmbeddedTarget.capabilities;
  readonly engine = undefined;
  readonly lanes = LANES;
  readonly sink: EmbeddedStore;
  readonly surroundings: Surroundings;
  readonly #options: EmbeddedOptions;
  readonly #parts: Parts;
  readonly #server: StoreServer;
  readonly #workplace: Workplace;
  readonly #standing = new Set<Deployment>();

  private constructor(
    options: EmbeddedOptions,
    parts: Parts,
    store: EmbeddedStore,
    server: StoreServer,
    workplace: Workplace,
  ) {
    this.#options = options;
    this.#parts = parts;
    this.#server = server;
    this.#workplace = workplace;
    this.sink = store;
    this.surroundings = surroundingsOf(parts, store);
  }

  /** Looks whether the machine has all it takes, installs the gems unless they are there, opens the store. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedTarget> {
    const { root, pipeline, run, engine, say, remark, signal } = options;
    refuse(pipeline);
    say('reading the manifests');
    const blueprint = blueprintOf(await renderHere(pipeline));
    for (const line of fargateRemarks(blueprint)) remark(line);
    say('looking for Ruby and namespaces');
    const [ruby] = await Promise.all([findRuby(), tryNamespaces()]);
    const path = `${dirname(ruby.executable)}:${PATH}`;
    // Refuses a pipeline without a Gemfile before anything is installed.
    fluentdImage(pipeline, '', path);
    const gems = await ensureGems(
      pipeline.imageContext!,
      join(root, '.cache', 'gems'),
      ruby,
      say,
      async () => {
        await Promise.all([findBundler(), findCompiler()]);
      },
      signal,
    );
    await removeLeftFolders();
    const workplace = await Workplace.make(run);
    const store = new EmbeddedStore(join(workplace.folder, 'documents.sqlite'));
    const images = { emitter: emitterImage(root), fluentd: fluentdImage(pipeline, gems.home, path) };
    return new EmbeddedTarget(
      options,
      { blueprint, ruby, gems, images },
      store,
      await serveStore(store, engine),
      workplace,
    );
  }

  async deploy(run: string, setup: Setup): Promise<Deployment> {
    refuse(setup);
    const { blueprint, images, ruby } = this.#parts;
    const { namespace, logFile, application } = blueprint.anatomy;
    if (this.#standing.size === 0) await this.sink.clear();
    const prepared = prepare(blueprint.manifests, {
      run,
      namespace,
      emitterImage: 'emitter',
      emitterArgs: emitterArgs(run, logFile, setup.load),
      fluentdImage: 'fluentd',
      endpoint: setup.tls ? { ...DOMAIN, scheme: 'https' } : DOMAIN,
      ...(setup.tls ? { certificate: CERTIFICATE.cert } : {}),
      credentials: CREDENTIALS,
      setup,
      variant: setup.variant && readVariant(this.#options.pipeline, setup.variant),
    });
    const edgeLog: object[] = [];
    const edge = await EdgeHere.start({
      port: 0,
      adminPort: 0,
      tlsPort: 0,
      backend: this.#server.url,
      credentials: [CREDENTIALS],
      log: (entry) => edgeLog.push(entry),
    });
    const domain = new EdgeDomain(edge.adminUrl);
    await domain.admit([CREDENTIALS]);
    const deployment = new EmbeddedDeployment(prepared, {
      run,
      domain,
      endpoint: { ...DOMAIN, take: (socket) => edge.take(socket, setup.tls === true) },
      killEdge: (whileAway) => domain.outlive(run, edge, whileAway),
      imageOf: ({ name }: V1Container) => (name === application.name ? images.emitter : images.fluentd),
      folderOf: (pod) => this.#workplace.folderOf(pod),
      path: `${dirname(ruby.executable)}:${PATH}`,
      ruby: ruby.executable,
      signal: this.#options.signal,
      edgeLog,
      closed: async () => {
        this.#standing.delete(deployment);
        await edge[Symbol.asyncDispose]();
      },
    });
    this.#standing.add(deployment);
    deployment.apply();
    return deployment;
  }

  async explain(error: unknown): Promise<string> {
    return error instanceof Error ? error.message : String(error);
  }

  /** Everything of it runs in this process. */
  async alive(): Promise<boolean> {
    return true;
  }

  async collect(folder: string): Promise<void> {
    const logs = join(folder, 'logs');
    await mkdir(logs, { recursive: true });
    writeFileSync(join(logs, 'store.json'), `${JSON.stringify(this.sink.indices(), undefined, 2)}\n`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#standing].map((deployment) => deployment.close()));
    await this.#server[Symbol.asyncDispose]();
    this.sink.close();
    this.#workplace[Symbol.dispose]();
  }
}

function surroundingsOf({ ruby, gems }: Parts, store: EmbeddedStore): Surroundings {
  const how = {
    locked: 'as locked',
    resolved: 'as its Gemfile pins it; this Ruby is too old for the lock',
    older: 'the newest that this Ruby takes; the lock has a newer one',
  }[gems.how];
  const { fluentd, ...plugins } = gems.versions;
  return {
    target: 'embedded',
    engine: { name: 'embedded store (SQLite)', version: store.version },
    images: {
      fluentd: `fluentd ${fluentd} on Ruby ${ruby.version} (${how})`,
      plugins: Object.entries(plugins)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      emitter: `Node ${process.version}`,
    },
  };
}
