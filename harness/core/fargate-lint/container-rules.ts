import { containersIn, type LintedContainer, type LintedObject } from './objects.ts';
import type { Hit, Rule } from './rule.ts';

/** What a container of any pod may ask for; everything else is a device. */
const PLAIN_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** The instance metadata service's address, which SDKs ask for keys. */
const METADATA_SERVICE = '169.254.169.254';

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
    // Also those that a runtime gives of itself: "Capabilities added: CAP_CHOWN".
    name: 'capabilities',
    why: 'no capability may be added, NET_ADMIN no more than CHOWN',
    fix: 'capabilities: { drop: [ALL] }, and add none',
    inPod: each(({ securityContext }) => {
      const added = securityContext?.capabilities?.add ?? [];
      return added.length > 0 ? [{ field: 'securityContext.capabilities.add', saw: added.join(', ') }] : [];
    }),
  },
  {
    name: 'device',
    why: 'its VMs have no GPU, no huge pages and no block device to hand on',
    fix: 'take it away, or run the pod on a node group',
    inPod: (spec) => [
      ...each(devicesOf)(spec),
      ...(spec.resourceClaims ?? []).map(({ name }, i) => ({ field: `resourceClaims[${i}]`, saw: name })),
    ],
  },
  {
    name: 'instance-metadata',
    why: `${METADATA_SERVICE} does not answer there: what waits for keys from it hangs`,
    fix: 'a service account with a role (IRSA), or keys in a Secret',
    inPod: each(({ command = [], args = [], env = [] }) => [
      ...asking(command, 'command'),
      ...asking(args, 'args'),
      ...env.flatMap(({ name, value }, i): Hit[] =>
        value?.includes(METADATA_SERVICE) ? [{ field: `env[${i}].value`, saw: `${name}=${value}` }] : [],
      ),
    ]),
    inObject: ({ kind, data }: LintedObject) =>
      kind === 'ConfigMap' ? asking(Object.entries((data ?? {}) as Record<string, string>), 'data') : [],
  },
];

/** Looks at every container of a pod; fields of its hits are below the container. */
function each(look: (container: LintedContainer) => Hit[]): NonNullable<Rule['inPod']> {
  return (spec) =>
    containersIn(spec).flatMap(({ path, container }) =>
      look(container).map(({ field, saw }) => ({ field: `${path}.${field}`, saw })),
    );
}

function devicesOf({ resources = {}, volumeDevices = [] }: LintedContainer): Hit[] {
  const { limits = {}, requests = {} } = resources;
  const asked = Object.entries({ limits, requests }).flatMap(([kind, amounts]) =>
    Object.entries(amounts)
      .filter(([name]) => !PLAIN_RESOURCES.has(name))
      .map(([name, amount]) => ({ field: `resources.${kind}['${name}']`, saw: String(amount) })),
  );
  return [...asked, ...volumeDevices.map(({ name }, i) => ({ field: `volumeDevices[${i}]`, saw: name }))];
}

function asking(texts: readonly (string | [string, string])[], field: string): Hit[] {
  return texts.flatMap((entry, i): Hit[] => {
    const [at, text] = typeof entry === 'string' ? [`${field}[${i}]`, entry] : [`${field}['${entry[0]}']`, entry[1]];
    return text.includes(METADATA_SERVICE) ? [{ field: at, saw: METADATA_SERVICE }] : [];
  });
}
