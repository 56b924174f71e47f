import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import example from '../../aws.config.example.ts';
import { UsageError } from '../core/trouble.ts';
import { type AwsConfig, type AwsSettings, awsSettings } from '../targets/aws/settings.ts';
import { awsEnvironment } from './config.ts';
import { ROOT } from './root.ts';

const FILE = 'aws.config.ts';

/** Settings of aws.config.ts and the environment. Throws {@link UsageError} with all that is missing or wrong. */
export async function readAwsSettings(root = ROOT): Promise<AwsSettings> {
  return awsSettings(await fileOf(root), awsEnvironment());
}

/** The same for a rehearsal: what is not said is as in the example, so that one can rehearse before there is anything to run on. */
export async function rehearsedSettings(root = ROOT): Promise<AwsSettings> {
  const config: AwsConfig = example;
  return awsSettings({ ...config, ...(await fileOf(root)) }, awsEnvironment());
}

async function fileOf(root: string): Promise<AwsConfig> {
  const path = join(root, FILE);
  if (!existsSync(path)) return {};
  try {
    const { default: config } = (await import(pathToFileURL(path).href)) as { default?: AwsConfig };
    if (config === null || typeof config !== 'object') throw new Error('it has no default export of an object');
    return config;
  } catch (error) {
    throw new UsageError(
      `${FILE} cannot be read: ${error instanceof Error ? error.message : error}; see aws.config.example.ts`,
    );
  }
}
