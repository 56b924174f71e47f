import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** What the person who runs the harness has on disk. */
export interface PersonFiles {
  config: string;
  credentials: string;
  kubeconfig: string;
}

const PROFILE = 'rehearsal';

/** The services that are asked, as the SDKs spell them in `AWS_ENDPOINT_URL_…`. */
const SERVICES = ['STS', 'EKS', 'EC2', 'ECR', 'OPENSEARCH', 'IAM', 'SERVICE_QUOTAS', 'PRICING'] as const;

/** Variables that the SDK's default chain looks at before a profile, and those by which it would leave the endpoints above aside and ask AWS itself. */
const BEFORE_A_PROFILE = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_ENDPOINT_URL',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
] as const;

/** Writes the files of a person whose profile takes on a role, so that their keys are temporary; readable by the user alone. */
export function personFiles(folder: string, { person, region }: World, kubeconfig: string): PersonFiles {
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const { accessKeyId, secretAccessKey } = person.key;
  return {
    config: write(
      'config',
      `[profile ${PROFILE}]\nrole_arn = ${person.role}\nsource_profile = person\nregion = ${region}\n\n[profile person]\nregion = ${region}\n`,
    ),
    credentials: write(
      'credentials',
      `[person]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    ),
    kubeconfig: write('kubeconfig', kubeconfig),
  };
}

/** The variables by which SDK and kubectl find what is played at `url`, and those that would lead elsewhere. */
export function variablesOf(
  { config, credentials, kubeconfig }: PersonFiles,
  url: string,
  region: string,
): { environment: Record<string, string>; without: readonly string[] } {
  const endpoints = SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, url]);
  return {
    environment: {
      ...Object.fromEntries(endpoints),
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_PROFILE: PROFILE,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      KUBECONFIG: kubeconfig,
    },
    without: BEFORE_A_PROFILE,
  };
}
