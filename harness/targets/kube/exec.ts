import { PassThrough, Writable } from 'node:stream';
import { Exec, type KubeConfig } from '@kubernetes/client-node';
import { EnvironmentError } from '../../core/trouble.ts';
import { apiMessage } from './api-errors.ts';
import { wholeLines } from './whole-lines.ts';

/** A container of a pod. */
export interface ContainerName {
  namespace: string;
  pod: string;
  container: string;
}

/** A command that runs in a container. */
export interface ExecStream {
  write(text: string): void;
  /** Resolved when it ended or the connection did. */
  ended: Promise<void>;
  stop(): void;
}

/** Runs a command in a container and returns its stdout; throws {@link EnvironmentError} with its stderr when it fails. */
export async function execInPod(
  config: KubeConfig,
  { namespace, pod, container }: ContainerName,
  command: string[],
): Promise<string> {
  const out = collector();
  const err = collector();
  return new Promise((resolve, reject) => {
    new Exec(config)
      .exec(namespace, pod, container, command, out.stream, err.stream, null, false, ({ status, message }) => {
        if (status === 'Success') resolve(out.text());
        else
          reject(
            new EnvironmentError(
              `${command.join(' ')} in ${pod}/${container}: ${message ?? status} ${err.text()}`.trim(),
            ),
          );
      })
      // The server may go away before it tells how the command ended.
      .then((socket) =>
        socket.on('close', () =>
          reject(
            new EnvironmentError(`exec in ${pod}/${container}: the connection broke before ${command[0]} had ended`),
          ),
        ),
      )
      .catch((error) =>
        reject(new EnvironmentError(`exec in ${pod}/${container} failed: ${apiMessage(error)}`, { cause: error })),
      );
  });
}

/**
 * Runs a command in a container and stays connected to it: its stdin is what is written, `onLine` gets its stdout. Once stopped, or when the connection breaks, its
 * stdin is closed; a command that reads it ends by that. Throws what the API server answers instead.
 */
export async function execStreamInPod(
  config: KubeConfig,
  { namespace, pod, container }: ContainerName,
  command: string[],
  onLine: (line: string) => void,
): Promise<ExecStream> {
  const stdin = new PassThrough();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const socket = await new Exec(config)
    .exec(namespace, pod, container, command, takenApart(onLine), null, stdin, false, () => resolve())
    .catch((error: unknown) => {
      throw new EnvironmentError(`exec in ${pod}/${container} failed: ${apiMessage(error)}`, { cause: error });
    });
  socket.on('close', () => resolve());
  socket.on('error', () => resolve());
  return {
    ended,
    write: (text) => void stdin.write(text),
    stop: () => {
      stdin.destroy();
      socket.close();
    },
  };
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

function takenApart(onLine: (line: string) => void): Writable {
  const take = wholeLines(onLine);
  return new Writable({
    write(chunk, _encoding, done) {
      take(chunk);
      done();
    },
  });
}
