import { KubeConfig } from '@kubernetes/client-node';

/** A kubeconfig with these contexts; cluster and user are called as the context, unless told. */
export function kubeconfigWith(...contexts: { name: string; cluster?: string; args?: string[] }[]): KubeConfig {
  const config = new KubeConfig();
  const server = 'https://127.0.0.1:1';
  config.loadFromOptions({
    contexts: contexts.map(({ name, cluster = name }) => ({ name, cluster, user: name })),
    clusters: contexts.map(({ name, cluster = name }) => ({ name: cluster, server, skipTLSVerify: false })),
    users: contexts.map(({ name, args }) => ({ name, ...(args ? { exec: { command: 'aws', args } } : {}) })),
    currentContext: contexts[0]?.name ?? '',
  });
  return config;
}
