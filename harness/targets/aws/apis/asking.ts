import type { STSClientConfig } from '@aws-sdk/client-sts';
import { AwsError, troubleOf } from '../aws-trouble.ts';

/** Credentials, or a function that gets them. */
export type Credentials = NonNullable<STSClientConfig['credentials']>;

/** What every client of the SDK is made with. Endpoints are the SDK's own matter: AWS_ENDPOINT_URL_EKS and its like. */
export interface ClientSettings {
  region: string;
  credentials: Credentials;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: boolean };
}

/** ms; the SDK asks three times, and its own default is to wait for ever. */
export const PATIENCE = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Asks; throws an {@link AwsError} that names the IAM action. */
export async function asked<T>(action: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new AwsError(troubleOf(error, action));
  }
}

/** The same; undefined for what is not there. */
export async function ifThere<T>(action: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked(action, ask);
  } catch (error) {
    if (error instanceof AwsError && error.trouble.kind === 'absent') return undefined;
    throw error;
  }
}

/** What AWS's answers always have, though the SDK's types do not say so. Throws where it is missing. */
export function given<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null)
    throw new AwsError({ kind: 'broken', saw: `AWS's answer has no ${what}`, fix: 'run it again' });
  return value;
}
