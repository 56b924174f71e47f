import type { AccessKey } from '../../core/target.ts';

/** The name that pods know the local stand-in of the domain by. */
export const DOMAIN = { host: 'domain', port: 9200 };

/** The key that fluentd signs with and the edge knows; an example from AWS's own documentation, which opens nothing. */
export const CREDENTIALS: AccessKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
