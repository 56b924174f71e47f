/** A key pair that somebody holds for good. */
export interface LongTermKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The AWS account that a rehearsal plays: what its APIs tell of, and who may do what. Given to the stand-in of the APIs as JSON. */
export interface World {
  account: string;
  region: string;
  /** An IAM user, and the role that it assumes: the person who runs the harness has temporary keys. */
  person: { key: LongTermKey; role: string };
  /** The pods' role, and which service accounts its trust policy lets in (`system:serviceaccount:NAMESPACE:NAME`, `*` and `?` as in StringLike). */
  pods: { role: string; subject: string };
  /** Keys that the domain knows besides those that STS hands out: of a Secret that pods read. */
  keys: LongTermKey[];
  /** How long the keys that STS hands out are valid, s. */
  sessionSeconds: number;
  cluster: { name: string; version: string; endpoint: string; oidcIssuer: string };
  /** Selectors of its Fargate profile; label values and namespaces may hold `*` and `?`. */
  profile: { name: string; selectors: { namespace: string; labels?: Record<string, string> }[] };
  domain: { name: string; endpoint: string; engineVersion: string };
  /** `uri`: registry and name, as `docker push` takes it; `token`: the registry's password for the user AWS. */
  repository: { name: string; uri: string; token: string };
}

/** A call that the stand-in answered: by whom, and the IAM action that it took. */
export interface SeenCall {
  /** `person`, `pods`, or `anonymous` where nothing was signed. */
  by: 'person' | 'pods' | 'anonymous';
  /** `eks:DescribeCluster` */
  action: string;
  status: number;
}

/** Who has an access key. */
export interface KeyHolder {
  accessKeyId: string;
  by: SeenCall['by'];
}
