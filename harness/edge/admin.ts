import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { Counters } from './counters.ts';
import { rule } from './rules.ts';
import type { EdgeState } from './state.ts';

const credentials = z.array(
  z.strictObject({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    sessionToken: z.string().optional(),
    expiresAt: z.number().optional(),
  }),
);

/** The admin port: GET /healthz, /counters, /rules?set=NAME, /journal?run=R; PUT /rules?set=NAME, /credentials; DELETE /rules, /journal, /counters. */
export async function administer(state: EdgeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://edge');
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /healthz':
        return reply(200, { ok: true });
      case 'GET /counters':
        return reply(200, state.counters.upTo(performance.now()));
      case 'DELETE /counters':
        state.counters = new Counters();
        return reply(200, {});
      case 'GET /rules':
        return reply(200, state.rules.bites(url.searchParams.get('set') ?? undefined));
      case 'PUT /rules':
        state.rules.set(z.array(rule).parse(await json(request)), Date.now(), url.searchParams.get('set') ?? '');
        return reply(200, {});
      case 'DELETE /rules':
        state.rules.clear();
        return reply(200, {});
      case 'GET /journal':
        return reply(200, state.journal.of(url.searchParams.get('run') ?? ''));
      case 'DELETE /journal':
        state.journal.clear();
        return reply(200, {});
      case 'PUT /credentials':
        state.credentials = credentials.parse(await json(request));
        return reply(200, {});
      default:
        return reply(404, { message: `no ${request.method} ${url.pathname} here` });
    }
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return reply(400, { message });
  }
}

async function json(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}
