import { containersIn } from './objects.ts';
import { volumeSource } from './persistent-volume.ts';
import type { Hit, Rule } from './rule.ts';

/** What a pod may not share with its node: on Fargate the node is a VM of AWS, made for this one pod. */
export const HOST_RULES: readonly Rule[] = [
  {
    name: 'daemon-set',
    why: 'every pod has a VM of its own, and no DaemonSet reaches it',
    fix: 'put the container into the pod that needs it, as a sidecar',
    inObject: ({ kind }) => (kind === 'DaemonSet' ? [{ field: 'kind', saw: kind }] : []),
  },
  {
    name: 'host-path',
    why: 'there is no node of yours whose files a pod could share',
    fix: 'an emptyDir that the containers of the pod share',
    inPod: ({ volumes = [] }) =>
      volumes.flatMap(({ hostPath }, i): Hit[] =>
        hostPath ? [{ field: `volumes[${i}].hostPath`, saw: hostPath.path ?? 'set' }] : [],
      ),
    inObject: (object) => {
      const source = volumeSource(object);
      return source?.kind === 'hostPath' ? [{ field: 'spec.hostPath', saw: source.saw }] : [];
    },
  },
  {
    name: 'host-namespace',
    why: 'a pod may not see the network, processes or memory of its VM',
    fix: 'take it away: containers of one pod reach each other at localhost',
    inPod: (spec) =>
      (['hostNetwork', 'hostPID', 'hostIPC'] as const).flatMap((field) =>
        spec[field] ? [{ field, saw: 'true' }] : [],
      ),
  },
  {
    name: 'host-port',
    why: 'there is no node with ports to give away',
    fix: 'containerPort alone, behind a Service',
    inPod: (spec) =>
      containersIn(spec).flatMap(({ path, container: { ports = [] } }) =>
        ports.flatMap(({ hostPort, hostIP }, i): Hit[] => [
          ...(hostPort ? [{ field: `${path}.ports[${i}].hostPort`, saw: String(hostPort) }] : []),
          ...(hostIP ? [{ field: `${path}.ports[${i}].hostIP`, saw: hostIP }] : []),
        ]),
      ),
  },
];
