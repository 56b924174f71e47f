import { EnvironmentError } from '../core/trouble.ts';
import { LABEL } from './ours.ts';
import { CommandError, pipe, type RunOptions, run } from './shell.ts';

/** Id of a local image, or undefined. */
export async function imageId(image: string): Promise<string | undefined> {
  try {
    return (await run(['docker', 'image', 'inspect', '--format', '{{.Id}}', image])).trim();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1) return undefined;
    throw error;
  }
}

/** Pulls an image unless it is here. */
export async function ensureImage(image: string, options: RunOptions = {}): Promise<void> {
  if (await imageId(image)) return;
  try {
    await run(['docker', 'pull', image], { withinMs: 900_000, ...options });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new EnvironmentError(
      `the image ${image} is not here and could not be pulled: ${error.lastLine}\ncheck the network, or name another one (npm run e2e -- --help lists the variables)`,
    );
  }
}

/** The same, told as progress. */
export function obtainImage(
  image: string,
  { say, signal }: { say(what: string): void; signal: AbortSignal },
): Promise<void> {
  return ensureImage(image, { signal, onLine: (line) => say(`pulling ${image}: ${line.slice(0, 60)}`) });
}

export interface BuildOptions extends RunOptions {
  context: string;
  dockerfile: string;
  tag: string;
  /** The Dockerfile's ARGs. */
  args?: Record<string, string>;
}

/** Attestations make an index of an image, and newer BuildKits store them in a form that ECR has refused; builders without them do not know the variable. */
const PLAIN = ['env', 'BUILDX_NO_DEFAULT_ATTESTATIONS=1'];

/** Builds an image, without attestations; Docker's own layer cache does the rest. */
export async function buildImage({ context, dockerfile, tag, args = {}, ...options }: BuildOptions): Promise<void> {
  const labels = ['--label', `${LABEL}=image`];
  const told = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await run([...PLAIN, 'docker', 'build', '--tag', tag, ...labels, ...told, '--file', dockerfile, context], {
    withinMs: 1_200_000,
    ...options,
  });
}

/** Carries local images into the containerd of a running cluster container. */
export async function importImages(images: readonly string[], container: string, signal?: AbortSignal): Promise<void> {
  const load = ['docker', 'exec', '-i', container, 'ctr', '-n', 'k8s.io', 'images', 'import', '-'];
  await pipe(['docker', 'save', ...images], load, 300_000, signal);
}
