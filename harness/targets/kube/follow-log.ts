import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { EnvironmentError } from '../../core/trouble.ts';
import type { ContainerName } from './exec.ts';
import { wholeLines } from './whole-lines.ts';

export interface LogStream {
  ended: Promise<void>;
  stop(): void;
}

/** Follows a container's log, from its first line or from its last ones on; resolves when the stream is open. Throws what the API server answers instead. */
export async function followLog(
  config: KubeConfig,
  { namespace, pod, container }: ContainerName,
  onLine: (line: string) => void,
  { tail, follow = true }: { tail?: number; follow?: boolean } = {},
): Promise<LogStream> {
  const server = config.getCurrentCluster()?.server;
  const url = `${server}/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}&follow=${follow}${tail === undefined ? '' : `&tailLines=${tail}`}`;
  const options: RequestOptions = { method: 'GET' };
  await config.applyToHTTPSOptions(options);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpsRequest(url, options, resolve).on('error', reject).end();
  });
  if (response.statusCode !== 200) {
    response.resume();
    throw new EnvironmentError(`the log of ${pod}/${container} is not to be had: ${response.statusCode}`);
  }
  response.on('data', wholeLines(onLine));
  const ended = new Promise<void>((resolve) => {
    response.once('close', resolve).once('error', () => resolve());
  });
  return { ended, stop: () => response.destroy() };
}
