import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';
import type { LogEars } from '../kube/pod-logs.ts';
import type { ApiObjects } from './api-objects.ts';
import { Container } from './container.ts';
import type { Image } from './image.ts';
import { KeptContainer } from './kept-container.ts';
import { listFolder } from './list-folder.ts';
import { PodVolumes } from './pod-volumes.ts';
import { Sandbox } from './sandbox.ts';

export interface PodOptions {
  name: string;
  namespace: string;
  spec: V1PodSpec;
  objects: ApiObjects;
  imageOf: (container: V1Container) => Image;
  /** Folder of this machine for its volumes and roots; it is there and empty. */
  folder: string;
  path: string;
  ruby: string;
  /** The name and port that the domain has inside, and who takes connections to it. */
  domain: { host: string; port: number; take: (socket: Socket) => void };
  ears: LogEars;
}

/** The kubelet gives every container at least this long after SIGTERM (kuberuntime: minimumGracePeriodInSeconds). */
const LEAST_GRACE_MS = 2000;
/** A pod that is deleted without grace: SIGTERM, and SIGKILL after this (kubelet: calculateEffectiveGracePeriod). */
const NO_GRACE_MS = 1000;

/** A pod on this machine: volumes, a sandbox, and its containers in the order of the kubelet. */
export class Pod {
  readonly name: string;
  readonly events: string[] = [];
  readonly #options: PodOptions;
  readonly #volumes: PodVolumes;
  readonly #sidecars: KeptContainer[] = [];
  readonly #applications: KeptContainer[] = [];
  #sandbox: Sandbox | undefined;
  #lives = 0;
  #phase: 'Pending' | 'Running' | 'Terminating' = 'Pending';

  constructor(options: PodOptions) {
    this.#options = options;
    this.name = options.name;
    this.#volumes = new PodVolumes(options.spec.volumes ?? [], options.objects, join(options.folder, 'volumes'));
  }

  /** Volumes, sandbox, init containers one after another (a sidecar once it started), then the others. */
  async start(): Promise<void> {
    const { name, spec, path, ruby, domain } = this.#options;
    writeFileSync(join(this.#options.folder, 'hosts'), `127.0.0.1 localhost ${domain.host} ${name}\n`);
    const disks = this.#volumes.make();
    this.#sandbox = await Sandbox.start({ name, disks, path, ruby });
    await this.#sandbox.serve(domain.port, domain.take);
    for (const container of spec.initContainers ?? []) {
      if (this.#phase === 'Terminating') return;
      if (container.restartPolicy === 'Always') await this.#keep(container, this.#sidecars);
      else await this.#runOnce(container);
    }
    if (this.#phase === 'Terminating') return;
    await Promise.all(spec.containers.map((container) => this.#keep(container, this.#applications)));
    if (this.#phase === 'Pending') this.#phase = 'Running';
  }

  get containers(): readonly KeptContainer[] {
    return [...this.#sidecars, ...this.#applications];
  }

  get terminating(): boolean {
    return this.#phase === 'Terminating';
  }

  container(name: string): KeptContainer | undefined {
    return this.containers.find((one) => one.name === name);
  }

  connect(port: number): Promise<Socket> {
    if (!this.#sandbox) throw new Error('the pod is not up yet');
    return this.#sandbox.connect(port);
  }

  /** Writes every ConfigMap and Secret volume anew. */
  refreshVolumes(): void {
    this.#volumes.refresh();
  }

  /**
   * SIGTERM to the application's containers; to the sidecars, last first, once these have ended or the grace period is over; SIGKILL to whatever is
   * left after it.
   */
  async stop(how: 'with grace' | 'now'): Promise<void> {
    this.#phase = 'Terminating';
    const graceMs = how === 'now' ? NO_GRACE_MS : (this.#options.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const deadline = performance.now() + graceMs;
    const left = () => Math.max(how === 'now' ? NO_GRACE_MS : LEAST_GRACE_MS, deadline - performance.now());
    await Promise.all(this.#applications.map((one) => one.stop(left())));
    for (const sidecar of this.#sidecars.toReversed()) await sidecar.stop(left());
    await this.#sandbox?.close();
  }

  /** Kills all of it. */
  async kill(): Promise<void> {
    this.#phase = 'Terminating';
    await Promise.all(
      this.containers.map((one) => {
        one.signal('SIGKILL');
        return one.stop(0);
      }),
    );
    await this.#sandbox?.close();
  }

  /** Whether it serves: all its containers run, and their probes agree. */
  get ready(): boolean {
    return this.#phase === 'Running' && this.containers.every((one) => one.running && one.ready);
  }

  /** As an API server would tell of it. */
  get asObject(): V1Pod {
    const statuses = (among: readonly KeptContainer[]) => among.map(({ status }) => status);
    return {
      metadata: { name: this.name, uid: this.name, namespace: this.#options.namespace },
      status: {
        phase: this.#phase,
        conditions: [{ type: 'Ready', status: this.ready ? 'True' : 'False' }],
        initContainerStatuses: statuses(this.#sidecars),
        containerStatuses: statuses(this.#applications),
      },
    };
  }

  async #keep(spec: V1Container, among: KeptContainer[]): Promise<void> {
    const kept = new KeptContainer({
      spec,
      start: () => this.#begin(spec),
      connect: (port) => this.connect(port),
      event: (reason, message) => this.#note(reason, message),
    });
    among.push(kept);
    await kept.run();
  }

  async #runOnce(spec: V1Container): Promise<void> {
    const { code, signal } = await (await this.#begin(spec)).ended;
    if (code !== 0)
      throw new UsageError(
        `the pipeline does not come up: init container ${spec.name} ended with ${signal ?? `exit code ${code}`}`,
      );
  }

  async #begin(spec: V1Container): Promise<Container> {
    const { name, namespace, objects, imageOf, folder, path, ears } = this.#options;
    const image = imageOf(spec);
    const root = join(folder, 'roots', spec.name);
    mkdirSync(root, { recursive: true });
    const user = spec.securityContext?.runAsUser ?? this.#options.spec.securityContext?.runAsUser ?? image.user;
    const source = { id: `${name}/${spec.name}/${++this.#lives}`, pod: name, container: spec.name };
    const life = await Container.start(this.#sandbox!, {
      id: source.id,
      name: spec.name,
      command: commandOf(spec, image),
      env: {
        PATH: path,
        HOME: '/tmp',
        HOSTNAME: name,
        ...image.env,
        ...objects.environmentOf(spec, { name, namespace }),
      },
      root: {
        folder: root,
        binds: [
          ...image.binds,
          { source: join(folder, 'hosts'), target: '/etc/hosts', readOnly: true },
          ...this.#volumes.mountsOf(spec),
        ],
        readOnly: spec.securityContext?.readOnlyRootFilesystem ?? false,
        user,
        list: listFolder,
      },
      onLine: (line) => ears.line(source, line),
    });
    void life.ended.then(() => ears.end(source));
    return life;
  }

  #note(reason: string, message: string): void {
    this.events.push(`${new Date().toISOString()} Pod/${this.name} ${reason}: ${message}`);
  }
}

/** `command` takes the place of the image's entry point and of its command, `args` of its command. */
function commandOf({ command, args }: V1Container, image: Image): string[] {
  return [...(command ?? image.entrypoint), ...(args ?? (command ? [] : image.command))];
}
