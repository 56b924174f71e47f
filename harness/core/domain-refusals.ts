/** Why a domain says no, by name. */
export type RefusalProblem =
  | 'clock'
  | 'key expired'
  | 'signature refused'
  | 'role not mapped'
  | 'access policy'
  | 'index blocked'
  | 'refused'
  | 'body too large'
  | 'throttled'
  | 'domain away'
  | 'mapping conflict';

/** Words by which a domain's refusal is known, and what they mean. */
export interface DomainRefusal {
  words: RegExp;
  problem: RefusalProblem;
  /** One line: what it means. */
  means: string;
  /** What to do, where fluentd is refused. */
  mend: string;
}

/** What a domain says, after its status. Of 403 there are six, from as many rooms of a domain. */
export const DOMAIN_REFUSALS: readonly DomainRefusal[] = [
  {
    words: /^\[403\].*Signature (expired|not yet current)/,
    problem: 'clock',
    means: 'the domain finds the signature too old or too early: clocks differ by more than 5 min',
    mend: "set the clock of fluentd's node (chrony or the host's time service); a container has its node's clock",
  },
  {
    words: /^\[403\].*security token included in the request is expired/,
    problem: 'key expired',
    means: "the key's session is over",
    mend: 'renew the key in Secret aws-account-secret and restart the pod, or use a role (IRSA), whose keys renew themselves',
  },
  {
    words:
      /^\[403\].*(security token included in the request is invalid|signature we calculated does not match|Authorization header requires|User: anonymous)/,
    problem: 'signature refused',
    means:
      'the domain does not take the signature: the key is unknown to it, or the secret is not the one that belongs to it',
    mend: 'compare AWS_ACCESS_KEY and AWS_ACCESS_SECRET (no newline at their ends), AWS_REGION and the output (a signing one) with the user of the domain',
  },
  {
    words: /^\[403\].*(security_exception|no permissions for)/,
    problem: 'role not mapped',
    means: 'the key is known, but its user may not write: fine-grained access control maps it to no role that may',
    mend: "map the user's ARN to a role with indices:data/write/bulk and create_index on logstash-* (Dashboards: Security, Roles, Mapped users)",
  },
  {
    words: /^\[403\].*(is not authorized to perform|resource-based policy|identity-based policy)/,
    problem: 'access policy',
    means: "the domain's access policy does not allow the key's user",
    mend: "allow es:ESHttp* for the user's ARN in the domain's access policy, or in the user's own",
  },
  {
    words: /cluster_block_exception/,
    problem: 'index blocked',
    means: 'the index takes no writes',
    mend: 'make room on the domain (delete old indices, or enlarge its storage), then lift the block: PUT /logstash-*/_settings {"index.blocks.write": null, "index.blocks.read_only_allow_delete": null}',
  },
  {
    words: /unknown parameter \[_type\]/,
    problem: 'refused',
    means: 'the engine knows no mapping types any more, and the output sends one',
    mend: 'suppress_type_name true in the output, or an output made for this engine',
  },
  {
    words: /^\[413\]/,
    problem: 'body too large',
    means: 'a body is larger than the domain takes (10 MiB on small instances)',
    mend: 'lower chunk_limit_size (3m) and bulk_message_request_threshold (5m), or take a larger instance',
  },
  {
    words: /^\[429\]|rejected_execution_exception/,
    problem: 'throttled',
    means: 'the domain is busy and asks to be left alone for a while',
    mend: 'nothing is lost while the buffer has room; if it lasts: fewer and larger bulks, more or larger data nodes (_cat/thread_pool/write shows its queue)',
  },
  {
    words: /^\[50[0234]\]/,
    problem: 'domain away',
    means: "the domain's front door answers, what is behind it does not",
    mend: "look at the domain's health (Cluster status, a change in progress); fluentd goes on by itself once it is back",
  },
  {
    words: /mapper_parsing_exception|Rejected by \w+/,
    problem: 'mapping conflict',
    means: 'a field of the record does not fit the type that its index has for it',
    mend: 'write the field in its type, or change the index template and begin a new index; dead letters can be sent again then',
  },
];

/** The refusal that these words are known for. `reason`: `[403] `, and what the domain said. */
export function domainRefusal(reason: string): DomainRefusal | undefined {
  return DOMAIN_REFUSALS.find(({ words }) => words.test(reason));
}
