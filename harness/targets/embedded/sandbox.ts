import { readlinkSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { EnvironmentError } from '../../core/trouble.ts';
import { Child } from '../../tools/child.ts';
import { quoted } from './container-root.ts';

/** What {@link Sandbox} asks of pause.ts: to listen on a port of the pod's loopback, or to connect to one. */
export interface Ask {
  id: number;
  serve?: number;
  connect?: number;
}

/** pause.ts's answer, beside the handle; `id` 0: it is up. */
export interface Answer {
  id: number;
  error?: string;
}

/** A volume that is a disk of its own, in memory. */
export interface Disk {
  folder: string;
  bytes: number;
}

export interface SandboxOptions {
  /** The pod's name: its host name. */
  name: string;
  disks: readonly Disk[];
  /** PATH of the machine's own tools, and the Ruby among them. */
  path: string;
  ruby: string;
}

/** What the containers of a pod share, and nobody else. */
const NAMESPACES = ['--user', '--mount', '--net', '--uts', '--ipc'];
/** The command that makes them, without root; the user that it is started by is root inside. */
export const UNSHARE: readonly string[] = ['unshare', '--map-root-user', ...NAMESPACES];
const ENTER = [...NAMESPACES, '--preserve-credentials'];
/** SIOCSIFFLAGS, IFF_UP | IFF_RUNNING: linux/sockios.h, linux/if.h. Ruby is at hand for sure, iproute2 is not. */
const LOOPBACK_UP = 's = Socket.new(:INET, :DGRAM); s.ioctl(0x8914, ["lo", 0x41].pack("a16Sx22"))';

/** What the containers of a pod share: user, mount, network, host-name and IPC namespaces, held by one process. No root is needed. */
export class Sandbox {
  readonly #child: Child;
  readonly #waiting = new Map<number, (answer: Answer, handle: unknown) => void>();
  readonly #servers: Server[] = [];
  #asked = 0;

  private constructor(child: Child) {
    this.#child = child;
    child.process.on('message', (answer: Answer, handle) => {
      this.#waiting.get(answer.id)?.(answer, handle);
      this.#waiting.delete(answer.id);
    });
  }

  static async start({ name, disks, path, ruby }: SandboxOptions): Promise<Sandbox> {
    const said: string[] = [];
    const script = [
      'set -e',
      `hostname ${quoted(name)}`,
      `${quoted(ruby)} --disable-gems -rsocket -e ${quoted(LOOPBACK_UP)}`,
      ...disks.map(({ folder, bytes }) => `mount -t tmpfs -o size=${bytes},mode=1777 tmpfs ${quoted(folder)}`),
      'exec "$@"',
    ].join('\n');
    const child = new Child(
      [...UNSHARE, 'sh', '-c', script, 'sh', process.execPath, join(import.meta.dirname, 'pause.ts')],
      { env: { PATH: path }, onLine: (line) => said.push(line), ipc: true },
    );
    const sandbox = new Sandbox(child);
    const up = new Promise<void>((resolve) => sandbox.#waiting.set(0, () => resolve()));
    await Promise.race([
      up,
      child.ended.then(() => {
        throw new EnvironmentError(
          `the sandbox of pod ${name} does not come up: ${said.join('; ')}\nsee: npm run doctor`,
        );
      }),
    ]);
    return sandbox;
  }

  /** Command that runs what follows it inside. */
  get enter(): readonly string[] {
    return ['nsenter', '--target', String(this.#child.pid), ...ENTER, '--'];
  }

  /** Command that runs what follows it as root inside, with this machine's own processes and files in sight. */
  get enterAsRoot(): readonly string[] {
    const namespaces = NAMESPACES.filter((one) => one !== '--mount');
    return ['nsenter', '--target', String(this.#child.pid), ...namespaces, '--preserve-credentials', '--'];
  }

  /** Whether a process is in the pod's own user namespace, not in one below it, as that of a container with a user of its own is. */
  isUserOf(pid: number): boolean {
    const [here, there] = [this.#child.pid, pid].map((one) => readlinkSync(`/proc/${one}/ns/user`));
    return here === there;
  }

  /** A path as it is seen inside, from outside. */
  pathOf(path: string): string {
    return join('/proc', String(this.#child.pid), 'root', path);
  }

  /** Takes every connection to a port of the pod's loopback. */
  async serve(port: number, take: (socket: Socket) => void): Promise<void> {
    const server = (await this.#ask({ serve: port })) as Server;
    server.on('connection', take);
    this.#servers.push(server);
  }

  /** Opens a connection to a port of the pod's loopback. */
  async connect(port: number): Promise<Socket> {
    return (await this.#ask({ connect: port })) as Socket;
  }

  /** Ends it; what still runs in its containers is killed by whoever started it. */
  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    this.#child.process.kill('SIGKILL');
    await this.#child.ended;
  }

  async #ask(what: Omit<Ask, 'id'>): Promise<unknown> {
    const id = ++this.#asked;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, ({ error }, handle) => (error === undefined ? resolve(handle) : reject(new Error(error))));
    });
    const gone = this.#child.ended.then(() => {
      throw new Error('the pod is gone');
    });
    gone.catch(() => {});
    if (!this.#child.process.connected) throw new Error('the pod is gone');
    this.#child.process.send({ id, ...what } satisfies Ask);
    return Promise.race([answered, gone]);
  }
}
