import { containersIn, type LintedObject } from './objects.ts';
import type { Hit, Rule } from './rule.ts';

/** Addresses of the instance metadata service, which SDKs ask for keys. */
const ADDRESSES = ['169.254.169.254', 'fd00:ec2::254'];
/** Who names the addresses here keeps away from them. */
const NO_PROXY = ['NO_PROXY', 'no_proxy'];

/** What asks for keys, region or zone where nobody answers. */
export const METADATA_RULE: Rule = {
  name: 'instance-metadata',
  why: `${ADDRESSES[0]} does not answer there: what waits for keys from it hangs`,
  fix: 'a service account with a role (IRSA), or keys in a Secret',
  inPod: (spec) =>
    containersIn(spec).flatMap(({ path, container: { command = [], args = [], env = [] } }) => [
      ...command.flatMap((text, i) => hit(`${path}.command[${i}]`, text)),
      ...args.flatMap((text, i) => hit(`${path}.args[${i}]`, text)),
      ...env.flatMap(({ name, value }, i) => (NO_PROXY.includes(name) ? [] : hit(`${path}.env[${i}].value`, value))),
    ]),
  inObject: ({ kind, data }: LintedObject) =>
    kind === 'ConfigMap'
      ? Object.entries(data ?? {}).flatMap(([key, text]) => (NO_PROXY.includes(key) ? [] : hit(`data['${key}']`, text)))
      : [],
};

/** Numbers and the like, which YAML does not quote, are no texts yet. */
function hit(field: string, text: unknown): Hit[] {
  const address = ADDRESSES.find((one) => String(text).includes(one));
  return address === undefined ? [] : [{ field, saw: address }];
}
