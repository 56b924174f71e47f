import type { GenericContainer } from 'testcontainers';
import { killContainer } from '../../tools/containers.ts';
import { type Found, LABEL, OWNER_LABEL, ourContainers } from '../../tools/ours.ts';
import { ownerOfThis } from '../../tools/owner.ts';

/** Starts a container of the stack: NETWORK-ROLE, which goes when the stack goes. */
export async function startIn(network: string, role: string, box: GenericContainer, permanent = false): Promise<void> {
  await box
    .withName(`${network}-${role}`)
    .withNetworkMode(network)
    .withLabels({ ...(await labelsOf(network, permanent)), [`${LABEL}.role`]: role })
    .withAutoCleanup(false)
    .start();
}

/** Labels of a stack's containers and network. What outlives its process has no owner: nobody may take it for left over. */
export async function labelsOf(stack: string, permanent: boolean): Promise<Record<string, string>> {
  return { [LABEL]: stack, ...(permanent ? {} : { [OWNER_LABEL]: await ownerOfThis() }) };
}

/** The containers of a stack that run. */
export async function runningIn(name: string): Promise<Found[]> {
  return (await ourContainers()).filter(({ labels, state }) => labels[LABEL] === name && state === 'running');
}

/** Ends the containers of a stack that is starting, and leaves them: who waits for one that is gone waits on, who sees it exit does not. */
export async function killStack(name: string): Promise<void> {
  await Promise.allSettled((await runningIn(name)).map((one) => killContainer(one.name)));
}
