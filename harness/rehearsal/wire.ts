import type { Api, Protocol } from './api.ts';
import type { AwsError } from './errors.ts';

/** An answer as it goes out. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What an operation answered, in its API's protocol. */
export function success({ protocol, ...api }: Api, operation: string, output: object, requestId: string): WireAnswer {
  if (protocol === 'json' || protocol === 'rest')
    return { status: 200, headers: headersOf(protocol, requestId), body: JSON.stringify(output) };
  const inside =
    protocol === 'ec2'
      ? { requestId, ...output }
      : { [`${operation}Result`]: output, ResponseMetadata: { RequestId: requestId } };
  const body = document(`${operation}Response`, namespaceOf(protocol, api), inside);
  return { status: 200, headers: headersOf(protocol, requestId), body };
}

/** An error in a protocol; `api` is undefined where none was asked. */
export function failure(error: AwsError, api: Api | undefined, requestId: string): WireAnswer {
  const { code, message, status } = error;
  const protocol = api?.protocol ?? 'rest';
  const headers = headersOf(protocol, requestId);
  switch (protocol) {
    case 'json':
      return { status, headers, body: JSON.stringify({ __type: code, message }) };
    case 'rest':
      return { status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
    case 'ec2': {
      const inside = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
      return { status, headers, body: document('Response', undefined, inside) };
    }
    case 'query': {
      const inside = {
        Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
        RequestId: requestId,
      };
      return { status, headers, body: document('ErrorResponse', api && namespaceOf(protocol, api), inside) };
    }
  }
}

const TYPES: Record<Protocol, string> = {
  query: 'text/xml',
  ec2: 'text/xml;charset=UTF-8',
  json: 'application/x-amz-json-1.1',
  rest: 'application/json',
};

function headersOf(protocol: Protocol, requestId: string): Record<string, string> {
  return { 'content-type': TYPES[protocol], 'x-amzn-requestid': requestId };
}

function namespaceOf(protocol: Protocol, { service, version }: Pick<Api, 'service' | 'version'>): string {
  return protocol === 'ec2'
    ? `http://ec2.amazonaws.com/doc/${version}/`
    : `https://${service}.amazonaws.com/doc/${version}/`;
}

function document(name: string, namespace: string | undefined, inside: object): string {
  const item = namespace?.startsWith('http://ec2') ? 'item' : 'member';
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${elements(inside, item)}</${name}>`;
}

/** Elements of a value; what is undefined has none. `item`: the name of a list's elements. */
function elements(value: unknown, item: string): string {
  if (Array.isArray(value)) return value.map((one) => `<${item}>${elements(one, item)}</${item}>`).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${name}>${elements(one, item)}</${name}>`)
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
