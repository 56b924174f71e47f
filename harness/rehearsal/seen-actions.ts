import type { SeenAction } from '../targets/aws/policies.ts';
import type { KeyHolder, SeenCall } from './world.ts';

/** Calls of AWS' APIs, as actions. */
export function actionsOfCalls(calls: readonly SeenCall[]): SeenAction[] {
  return calls.map(({ by, action }) => ({ by, action }));
}

/**
 * Requests to the domain, as actions: `es:ESHttpPost` and its like. `methods`: how many of each HTTP method, by access key id, as an edge counts them. A key
 * that nobody holds is one of somebody who is not known.
 */
export function actionsOfMethods(
  methods: Record<string, Record<string, number>>,
  holders: readonly KeyHolder[],
): SeenAction[] {
  return Object.entries(methods).flatMap(([key, counts]) => {
    const by = holders.find(({ accessKeyId }) => accessKeyId === key)?.by ?? 'anonymous';
    return Object.keys(counts).map((method) => ({ by, action: `es:ESHttp${capital(method)}` }));
  });
}

/** `… "HEAD /v2/NAME/blobs/sha256:… HTTP/1.1" 404 157 "" "docker/20.10.24 …"` */
const LINE = /"(GET|HEAD|POST|PATCH|PUT|DELETE) \/v2\/(\S+) HTTP\/[\d.]+" \d{3} \d+ "[^"]*" "docker\//;
/** What a request to a registry is by the IAM action that it takes at ECR, which is a registry too. */
const REGISTRY_ACTIONS: [RegExp, string][] = [
  [/^HEAD .+\/blobs\/sha256:/, 'ecr:BatchCheckLayerAvailability'],
  [/^GET .+\/blobs\/sha256:/, 'ecr:GetDownloadUrlForLayer'],
  [/^POST .+\/blobs\/uploads\//, 'ecr:InitiateLayerUpload'],
  [/^PATCH .+\/blobs\/uploads\//, 'ecr:UploadLayerPart'],
  [/^PUT .+\/blobs\/uploads\//, 'ecr:CompleteLayerUpload'],
  [/^PUT .+\/manifests\//, 'ecr:PutImage'],
  [/^(HEAD|GET) .+\/manifests\//, 'ecr:BatchGetImage'],
];

/**
 * What the person's Docker asked a registry, by its access log (docker-registry's, in the combined format). What others asked is left out: the node, which on
 * AWS has the pod execution role, and the stand-in of ECR's API. Throws where Docker asked something that is no part of a push or a pull.
 */
export function actionsOfRegistry(log: string): SeenAction[] {
  return log.split('\n').flatMap((line) => {
    const [, method, path] = line.match(LINE) ?? [];
    if (!method || !path) return [];
    const asked = `${method} ${path}`;
    const action = REGISTRY_ACTIONS.find(([form]) => form.test(asked))?.[1];
    if (!action) throw new Error(`no IAM action is known for what Docker asked the registry: ${asked}`);
    return [{ by: 'person' as const, action }];
  });
}

function capital(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}
