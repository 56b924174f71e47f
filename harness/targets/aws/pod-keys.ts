import type { AccessKey } from '../../core/target.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { apiMessage } from '../kube/api-errors.ts';
import type { Cluster } from '../kube/cluster.ts';

/** The keys in a Secret of the cluster, `namespace/name`, for the copies of it that a run makes. They go nowhere else. */
export async function podKeys(cluster: Cluster, secret: string): Promise<AccessKey> {
  const [namespace, name] = secret.split('/') as [string, string];
  const { data = {} } = await cluster.core.readNamespacedSecret({ namespace, name }).catch((error: unknown) => {
    throw new EnvironmentError(`the Secret ${secret} cannot be read: ${apiMessage(error)}`);
  });
  const of = (key: string) =>
    Buffer.from(data[key] ?? '', 'base64')
      .toString()
      .trim();
  const key = { accessKeyId: of('AWS_ACCESS_KEY'), secretAccessKey: of('AWS_ACCESS_SECRET') };
  if (!key.accessKeyId || !key.secretAccessKey)
    throw new EnvironmentError(`the Secret ${secret} does not hold AWS_ACCESS_KEY and AWS_ACCESS_SECRET`);
  return key;
}
