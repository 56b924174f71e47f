type Json = { [key: string]: unknown };

/** By which key the items of a list are told apart: the strategic-merge keys of Kubernetes' own types. Other lists are replaced whole. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  hostAliases: 'ip',
};

/** A strategic-merge patch: maps merge, `null` takes away, lists merge by their key, `$patch: delete` and `replace` do so. undefined: it is gone. */
export function mergePatch(base: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(base) && Array.isArray(patch)) return mergeList(base, patch, field);
  if (!isMap(patch)) return patch;
  const { $patch: how, ...changes } = patch;
  if (how === 'delete') return undefined;
  const merged: Json = isMap(base) && how !== 'replace' ? { ...base } : {};
  for (const [key, value] of Object.entries(changes)) {
    const next = value === null ? undefined : mergePatch(merged[key], value, key);
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  return merged;
}

/** The patch's items come first, in its order, as kustomize has it. */
function mergeList(base: unknown[], patch: unknown[], field: string): unknown[] {
  const key = MERGE_KEYS[field];
  if (key === undefined || ![...base, ...patch].every(isMap)) return patch;
  const of = (list: Json[], item: Json) => list.find((one) => one[key] === item[key]);
  const [old, changes] = [base as Json[], patch as Json[]];
  const changed = changes.map((change) => mergePatch(of(old, change), change));
  const kept = old.filter((item) => !of(changes, item));
  return [...changed, ...kept].filter((item) => item !== undefined);
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
