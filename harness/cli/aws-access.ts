import { readFileSync } from 'node:fs';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../core/trouble.ts';
import { DIFFERENCES } from '../rehearsal/differences.ts';
import type { PlantName } from '../rehearsal/plants.ts';
import { type Rehearsal, rehearsalOf, startRehearsal } from '../rehearsal/rehearsal.ts';
import type { Standing } from '../rehearsal/standing.ts';
import type { AwsAccess } from '../targets/aws/access.ts';
import { awsApis } from '../targets/aws/apis.ts';
import type { AwsSettings } from '../targets/aws/settings.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { readAwsSettings, rehearsedSettings } from './aws-settings.ts';
import { awsEnvironment, type Config, changeEnvironment } from './config.ts';
import { ROOT } from './root.ts';

/** Variable that names the description of a rehearsal that stands, which is left standing: for tests of what a command leaves behind on an account. */
export const REHEARSAL = 'EFK_AWS_REHEARSAL';

/** What the command line says of AWS. */
export interface AwsAsked {
  rehearse: boolean;
  plant: readonly PlantName[];
}

export interface AwsAccessOptions {
  run: string;
  images: Pick<Config['images'], 'k3s' | 'opensearch' | 'ryuk'>;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** The account that the settings name, or the one that a rehearsal plays; the way to it is the same. */
export async function accessAws(
  { rehearse, plant }: AwsAsked,
  options: AwsAccessOptions,
): Promise<AwsAccess & AsyncDisposable> {
  if (!rehearse) return accessOf(await readAwsSettings());
  const rehearsal = await standing(options);
  try {
    return await accessOfRehearsal(rehearsal, plant, options);
  } catch (error) {
    await rehearsal[Symbol.asyncDispose]();
    throw error;
  }
}

/** One that stands already, where {@link REHEARSAL} names its description; otherwise one of this command's own. */
async function standing(options: AwsAccessOptions): Promise<Rehearsal> {
  const file = awsEnvironment()[REHEARSAL];
  const settings = await rehearsedSettings();
  if (file) {
    const there = JSON.parse(readFileSync(file, 'utf8')) as Standing;
    return rehearsalOf({ ...there, settings: { ...there.settings, budget: settings.budget } }, async () => {});
  }
  const { k3s, opensearch: engine, ryuk } = options.images;
  return startRehearsal({ ...options, root: ROOT, settings, images: { k3s, engine, ...(ryuk ? { ryuk } : {}) } });
}

async function accessOfRehearsal(
  rehearsal: Rehearsal,
  plant: readonly PlantName[],
  options: AwsAccessOptions,
): Promise<AwsAccess & AsyncDisposable> {
  changeEnvironment(rehearsal.environment, rehearsal.without);
  await rehearsal.plant(plant);
  const own = accessOf(rehearsal.settings);
  return {
    ...own,
    cluster: (context) => rehearsal.cluster(context),
    stage: (reference) => rehearsal.stage(reference, options),
    rehearsal: DIFFERENCES,
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]();
      await rehearsal[Symbol.asyncDispose]();
    },
  };
}

/** By the SDK's default chain, and the kubeconfig that kubectl reads. */
function accessOf(settings: AwsSettings): AwsAccess & AsyncDisposable {
  const credentials = defaultProvider({ clientConfig: { region: settings.region } });
  const apis = awsApis({ region: settings.region, credentials });
  const kubeconfig = kubeconfigOfUser();
  const cluster = (context: string) =>
    new Cluster((config) => {
      config.loadFromDefault();
      config.setCurrentContext(context);
    });
  return {
    settings,
    apis,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials();
      return {
        ...{ accessKeyId, secretAccessKey },
        ...(sessionToken ? { sessionToken } : {}),
        ...(expiration ? { expiration } : {}),
      };
    },
    kubeconfig,
    cluster,
    async [Symbol.asyncDispose]() {
      apis[Symbol.dispose]();
    },
  };
}

function kubeconfigOfUser(): KubeConfig {
  const kubeconfig = new KubeConfig();
  try {
    kubeconfig.loadFromDefault();
  } catch (error) {
    throw new UsageError(
      `the kubeconfig cannot be read: ${error instanceof Error ? error.message : error}; see kubectl config view, or aws eks update-kubeconfig`,
    );
  }
  return kubeconfig;
}
