import { once } from 'node:events';
import { connect } from 'node:net';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { EnvironmentError } from '../core/trouble.ts';
import { OWNER_LABEL } from './ours.ts';
import { ownerOfThis } from './owner.ts';

const PORT = 8080;
const ANSWERS_WITHIN_MS = 15_000;

/**
 * Starts a reaper (moby-ryuk) for this process alone: ten seconds after the process has ended, however it did, it removes the containers, networks and
 * volumes that carry its owner label, and ends. Containers are to be started `withAutoCleanup(false)`: testcontainers would join a reaper that it finds
 * running, and the one of a killed process takes those who join it along as it ends
 * (https://github.com/testcontainers/testcontainers-node/issues/1025). Throws an EnvironmentError where it does not answer.
 */
export async function startReaper(image: string): Promise<void> {
  const { info } = await getContainerRuntimeClient();
  const reaper = await new GenericContainer(image)
    .withAutoCleanup(false)
    // So marked, nobody joins it.
    .withLabels({ TESTCONTAINERS_RYUK_TEST_LABEL: 'true' })
    .withExposedPorts(PORT)
    .withBindMounts([{ source: info.containerRuntime.remoteSocketPath, target: '/var/run/docker.sock' }])
    .withWaitStrategy(Wait.forLogMessage(/.*Started.*/))
    .start();
  const socket = connect(reaper.getMappedPort(PORT), reaper.getHost());
  socket.write(`label=${encodeURIComponent(`${OWNER_LABEL}=${await ownerOfThis()}`)}\n`);
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
  } catch (cause) {
    const what = 'the reaper that removes what a killed run leaves does not answer';
    throw new EnvironmentError(`${what}; TESTCONTAINERS_RYUK_DISABLED=true does without it`, { cause });
  }
  // It looks whether we are there; we need not look whether it is.
  socket.on('error', () => {}).unref();
}
