import { z } from 'zod';
import { UsageError } from '../core/trouble.ts';

const image = z
  .string()
  .regex(/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[a-f0-9]+)?$/, 'expected an image reference such as name:tag');

const port = z.coerce
  .number('expected a port')
  .int('expected a port')
  .min(1, 'expected a port')
  .max(65_535, 'expected a port');

const environment = z.object({
  K3S_IMAGE: image.default('rancher/k3s:v1.34.10-k3s1'),
  OPENSEARCH_IMAGE: image.default('opensearchproject/opensearch:2.19.5'),
  ELASTICSEARCH_IMAGE: image.default('docker.elastic.co/elasticsearch/elasticsearch-oss:7.10.2'),
  REDIS_IMAGE: image.default('redis:8.0'),
  /** Its version is the engine's. */
  DASHBOARDS_IMAGE: image.default('opensearchproject/opensearch-dashboards:2.19.5'),
  /** Testcontainers' own variables: people have set them. */
  RYUK_CONTAINER_IMAGE: image.default('testcontainers/ryuk:0.14.0'),
  TESTCONTAINERS_RYUK_DISABLED: z.string().optional(),
  /** Base images of what is built here. */
  DEBIAN_IMAGE: image.default('debian:trixie-slim'),
  NODE_IMAGE: image.default('node:24-trixie-slim'),
  /** Where npm run dev is reached, on the loopback. */
  OPENSEARCH_PORT: port.optional(),
  EDGE_ADMIN_PORT: port.optional(),
  FLUENTD_MONITOR_PORT: port.optional(),
  DASHBOARDS_PORT: port.optional(),
  CI: z.string().optional(),
  NO_COLOR: z.string().optional(),
});

/** What the environment sets; every flag is a matter of the command line. */
export interface Config {
  images: Record<'k3s' | 'opensearch' | 'elasticsearch' | 'redis' | 'dashboards' | 'debian' | 'node', string> & {
    /** What removes containers of killed runs; undefined: nothing does, before the next run starts. */
    ryuk?: string;
  };
  /** Ports that npm run dev shall take; one that is not named is the usual one where that is free. */
  ports: Partial<Record<PortVariable, number>>;
  /** Somebody else's machine: no prompts, no colours, a target must be named. */
  ci: boolean;
}

/** The variables that name the ports of docker-compose.yml. */
export const PORT_VARIABLES = [
  'OPENSEARCH_PORT',
  'EDGE_ADMIN_PORT',
  'FLUENTD_MONITOR_PORT',
  'DASHBOARDS_PORT',
] as const;
export type PortVariable = (typeof PORT_VARIABLES)[number];

/** The variables that are read, for `--help`. */
export const VARIABLES = [
  'K3S_IMAGE',
  'OPENSEARCH_IMAGE',
  'ELASTICSEARCH_IMAGE',
  'REDIS_IMAGE',
  'DASHBOARDS_IMAGE',
  'DEBIAN_IMAGE',
  'NODE_IMAGE',
  'RYUK_CONTAINER_IMAGE',
] as const;

/** Reads the environment, whole; throws {@link UsageError} with every problem in it. The only place that looks at process.env. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    throw new UsageError(
      parsed.error.issues
        .map(({ path, message }) => `${path.join('.')}=${env[String(path[0])]}: ${message}`)
        .join('\n'),
    );
  }
  const { K3S_IMAGE, OPENSEARCH_IMAGE, ELASTICSEARCH_IMAGE, REDIS_IMAGE, DEBIAN_IMAGE, NODE_IMAGE, CI } = parsed.data;
  const ports = PORT_VARIABLES.flatMap((name) => (parsed.data[name] === undefined ? [] : [[name, parsed.data[name]]]));
  return {
    images: {
      k3s: K3S_IMAGE,
      opensearch: OPENSEARCH_IMAGE,
      elasticsearch: ELASTICSEARCH_IMAGE,
      redis: REDIS_IMAGE,
      dashboards: parsed.data.DASHBOARDS_IMAGE,
      debian: DEBIAN_IMAGE,
      node: NODE_IMAGE,
      ...(parsed.data.TESTCONTAINERS_RYUK_DISABLED === 'true' ? {} : { ryuk: parsed.data.RYUK_CONTAINER_IMAGE }),
    },
    ports: Object.fromEntries(ports),
    ci: CI !== undefined && CI !== 'false',
  };
}

/** The environment as the settings for AWS read it. */
export function awsEnvironment(env: NodeJS.ProcessEnv = process.env): Partial<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(EFK_)?AWS_/.test(name)));
}

/** Sets variables of this process for libraries that read them themselves, and takes others away: a rehearsal's addresses and credentials. */
export function changeEnvironment(
  set: Readonly<Record<string, string>>,
  without: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): void {
  for (const name of without) delete env[name];
  Object.assign(env, set);
}
