import type { Signal } from '../../core/target.ts';
import { execIn } from '../../tools/containers.ts';

/** Sends a signal to a container by the containerd of its node: `id` is the runtime's, `node` the node's container. */
export async function signalOnNode(node: string, id: string, signal: Signal): Promise<void> {
  const tasks = ['ctr', '-n', 'k8s.io', 'tasks'];
  if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') {
    await execIn(node, [...tasks, 'kill', '-s', signal, id]);
    return;
  }
  // runc signals the first process only, which may be a shell or tini that fluentd does not stand still with.
  const ids = (await execIn(node, [...tasks, 'ps', id])).match(/^\d+/gm) ?? [];
  await execIn(node, ['sh', '-c', `kill -s ${signal.slice(3)} ${ids.join(' ')}`]);
}
