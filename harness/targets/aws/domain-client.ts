import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';
import { domainRefusal } from '../../core/domain-refusals.ts';
import { SearchEngineSink } from '../../sinks/search-engine.ts';
import { indexPrefixOf } from './indices.ts';
import { answerIn } from './preflight/domain-words.ts';

/** Keys as the AWS SDK hands them out. `expiration`: of temporary ones. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface DomainAccess {
  endpoint: string;
  region: string;
  /** Asked again when the keys that it gave are about to expire. */
  credentials(): Promise<Keys>;
}

/** A domain as a Sink: requests are signed (SigV4), and of a run only its own indices are looked at. */
export function domainSink({ endpoint, region, credentials }: DomainAccess): SearchEngineSink {
  const signer = AwsSigv4Signer({ region, service: 'es', getCredentials: credentials });
  return new DomainSink(endpoint, { signer, indicesOf: (run) => `${indexPrefixOf(run)}*` });
}

class DomainSink extends SearchEngineSink {
  /** It is somebody's, with indices of theirs in it: those of a run are removed with the run. */
  override async clear(): Promise<void> {
    throw new Error('a domain is never cleared');
  }
}

/**
 * An error in plain words. Where a domain's answer is behind it, what it means, and without what the domain repeats of the request: to a wrong signature it
 * tells the session token.
 */
export function inWords(error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: unknown };
  const answer = answerIn(error) ?? answerIn(cause);
  const message = error instanceof Error ? error.message : String(error);
  if (answer === undefined) return message;
  const known = domainRefusal(answer);
  const said = `${known?.means ?? 'the domain refuses'}: ${answer}; see npm run doctor -- --target aws`;
  return answerIn(error) === undefined ? `${message}; ${said}` : said;
}
