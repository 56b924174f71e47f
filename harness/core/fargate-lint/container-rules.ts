import { type Asking, containersIn, type LintedContainer } from './objects.ts';
import type { Hit, Rule } from './rule.ts';

/** What a container of any pod may ask for; everything else is a device. */
const PLAIN_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);

/**
 * What containerd gives a container anyway may be named, and in these words: CoreDNS runs there with NET_BIND_SERVICE added, "Capabilities added: CAP_CHOWN"
 * and "DAC_READ_SEARCH" are refused. The list is that of AWS's kubelet there.
 */
const PERMITTED = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

/** What a container may not be given. */
export const CONTAINER_RULES: readonly Rule[] = [
  {
    name: 'privileged',
    why: 'no container is root of its VM',
    fix: 'privileged: false, and no tool in the container that needs it',
    inPod: each(({ securityContext }) =>
      securityContext?.privileged ? [{ field: 'securityContext.privileged', saw: 'true' }] : [],
    ),
  },
  {
    // "invalid SecurityContext fields: AllowPrivilegeEscalation", says its scheduler of a pod that sets it; unset is admitted.
    name: 'privilege-escalation',
    why: 'no container may ask to become more than it was started as',
    fix: 'allowPrivilegeEscalation: false',
    inPod: each(({ securityContext }) =>
      securityContext?.allowPrivilegeEscalation
        ? [{ field: 'securityContext.allowPrivilegeEscalation', saw: 'true' }]
        : [],
    ),
  },
  {
    name: 'capabilities',
    why: `none may be added but ${PERMITTED.join(', ')}, in these words`,
    fix: 'capabilities: { drop: [ALL] }, and add none',
    inPod: each(({ securityContext }) => {
      const added = (securityContext?.capabilities?.add ?? []).filter((one) => !PERMITTED.includes(one));
      return added.length > 0 ? [{ field: 'securityContext.capabilities.add', saw: added.join(', ') }] : [];
    }),
  },
  {
    name: 'device',
    why: 'its VMs have no GPU, no huge pages and no block device to hand on',
    fix: 'take it away, or run the pod on a node group',
    inPod: (spec) => [
      ...devicesOf(spec),
      ...each(devicesOf)(spec),
      ...(spec.resourceClaims ?? []).map(({ name }, i) => ({ field: `resourceClaims[${i}]`, saw: name })),
    ],
  },
];

/** Looks at every container of a pod; fields of its hits are below the container. */
function each(look: (container: LintedContainer) => Hit[]): NonNullable<Rule['inPod']> {
  return (spec) =>
    containersIn(spec).flatMap(({ path, container }) =>
      look(container).map(({ field, saw }) => ({ field: `${path}.${field}`, saw })),
    );
}

function devicesOf({ resources = {}, volumeDevices = [] }: Asking & Pick<LintedContainer, 'volumeDevices'>): Hit[] {
  const { limits = {}, requests = {} } = resources;
  const asked = Object.entries({ limits, requests }).flatMap(([kind, amounts]) =>
    Object.entries(amounts)
      .filter(([name]) => !PLAIN_RESOURCES.has(name))
      .map(([name, amount]) => ({ field: `resources.${kind}['${name}']`, saw: String(amount) })),
  );
  return [...asked, ...volumeDevices.map(({ name }, i) => ({ field: `volumeDevices[${i}]`, saw: name }))];
}
