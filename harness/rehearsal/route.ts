import type { ReceivedRequest } from '../edge/signature.ts';
import type { Api, Input } from './api.ts';
import { AwsError } from './errors.ts';
import type { ApiName } from './plants.ts';

/** Which operation of which API a request is for, by its shape, as they all come to one port. */
export interface Route {
  name: ApiName;
  api: Api;
  operation: string;
  input: Input;
}

/** undefined: none that is answered here. Throws an {@link AwsError} where a body is not JSON. */
export function routeOf(request: ReceivedRequest, apis: Record<ApiName, Api>): Route | undefined {
  for (const [name, api] of Object.entries(apis) as [ApiName, Api][]) {
    const found = FINDERS[api.protocol](request, api);
    if (found && Object.hasOwn(api.operations, found.operation)) return { name, api, ...found };
  }
  return undefined;
}

type Found = Pick<Route, 'operation' | 'input'> | undefined;

const FINDERS: Record<Api['protocol'], (request: ReceivedRequest, api: Api) => Found> = {
  query: ofForm,
  ec2: ofForm,
  json: ({ headers, body }, { version }) => {
    const [prefix, operation] = String(headers['x-amz-target'] ?? '').split('.');
    return prefix === version && operation ? { operation, input: jsonOf(body) } : undefined;
  },
  rest: ({ method, url }, { paths = {} }) => {
    const { pathname, searchParams } = new URL(url, 'http://aws');
    for (const [operation, path] of Object.entries(paths)) {
      const pattern = path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
      const match = `${method} ${pathname}`.match(new RegExp(`^${pattern}/?$`));
      if (!match) continue;
      const parts = Object.entries(match.groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)]);
      return { operation, input: { ...Object.fromEntries(searchParams), ...Object.fromEntries(parts) } };
    }
    return undefined;
  },
};

function ofForm({ method, url, body }: ReceivedRequest, { version }: Api): Found {
  const form = method === 'GET' ? new URL(url, 'http://aws').searchParams : new URLSearchParams(body.toString());
  const { Action: operation, Version, ...input } = Object.fromEntries(form);
  return operation && Version === version ? { operation, input } : undefined;
}

function jsonOf(body: Buffer): Input {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString()) as Input);
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
}

/** Values of a form's list: `SubnetId.1`, `SubnetId.2`. */
export function listOf(input: Input, name: string): string[] {
  return Object.entries(input)
    .filter(([key]) => key.startsWith(`${name}.`) && /^\d+$/.test(key.slice(name.length + 1)))
    .map(([, value]) => String(value));
}
