import { getContainerRuntimeClient } from 'testcontainers';

/** Where ports that Docker publishes are reached. */
export async function dockerHost(): Promise<string> {
  const { info } = await getContainerRuntimeClient();
  return info.containerRuntime.host;
}
