import type { CheckResult } from '../core/check-result.ts';
import { formatBytes } from '../core/duration.ts';
import { dockerInfo, dockerVersion } from '../tools/docker.ts';
import { imageId } from '../tools/images.ts';
import { removeLeftOvers, withoutLive } from '../tools/left-overs.ts';
import { ourContainers } from '../tools/ours.ts';
import { type Config, VARIABLES } from './config.ts';

/** Cluster 1.2 GiB, engine 1.4 GiB, pods 0.5 GiB, measured; the rest is the host's. */
const MEMORY_BYTES = 4 * 2 ** 30;

/** What --target k3s needs. */
export async function dockerFindings(images: Config['images']): Promise<CheckResult[]> {
  let version: string;
  try {
    version = await dockerVersion();
  } catch (error) {
    const saw = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return [
      {
        check: 'Docker',
        state: 'bad',
        saw,
        fix: 'install Docker Engine (docs.docker.com/engine/install), start it, and let this user reach its socket',
      },
    ];
  }
  const { memoryBytes, cpus } = await dockerInfo();
  const enough = memoryBytes >= MEMORY_BYTES;
  return [
    { check: 'Docker', state: 'ok', saw: `version ${version}, ${cpus} CPUs` },
    {
      check: 'memory',
      state: enough ? 'ok' : 'bad',
      saw: `${formatBytes(memoryBytes)} for containers`,
      ...(enough
        ? {}
        : { fix: `give Docker at least ${formatBytes(MEMORY_BYTES)} (Docker Desktop: Settings, Resources)` }),
    },
    ...(await Promise.all(Object.entries(images).map(([role, image]) => imageFinding(role, image)))),
    await leftOvers(),
  ];
}

/** What killed runs left is removed on the spot; what runs or was asked to stay is only told. */
async function leftOvers(): Promise<CheckResult> {
  let removed = '';
  await removeLeftOvers((line) => {
    removed = line;
  });
  const left = await withoutLive(await ourContainers());
  if (left.length === 0) return { check: 'left-overs', state: 'ok', saw: removed || 'none' };
  return {
    check: 'left-overs',
    state: 'warn',
    saw: `${removed ? `${removed}; ` : ''}${left.length} containers that were asked to stay (${left.map(({ name }) => name).join(', ')})`,
    fix: 'once they are no longer needed: npm run down',
  };
}

async function imageFinding(role: string, image: string): Promise<CheckResult> {
  if (await imageId(image)) return { check: `image ${role}`, state: 'ok', saw: `${image} is here` };
  const variable = VARIABLES.find((name) => name.toLowerCase().startsWith(role));
  return {
    check: `image ${role}`,
    state: 'warn',
    saw: `${image} is not here`,
    fix: `it is pulled when needed; before that: docker pull ${image}; another one: ${variable}=…`,
  };
}
