import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { KeyRing } from './keys.ts';
import { type PlantName, plantNames } from './plants.ts';
import type { KeyHolder, SeenCall } from './world.ts';

/** What the admin port looks at and sets. */
export interface Administered {
  calls: SeenCall[];
  plants: Set<PlantName>;
  keys: KeyRing;
}

/**
 * The admin port: GET /healthz, /calls, /keys (who holds which, no secret); PUT /plants, the names of those in force from now on; POST /keys, tells the
 * domain of every key again.
 */
export async function administer(
  { calls, plants, keys }: Administered,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    switch (`${request.method} ${request.url}`) {
      case 'GET /healthz':
        return reply(200, { ok: true });
      case 'GET /calls':
        return reply(200, calls);
      case 'GET /keys':
        return reply(
          200,
          keys.all().map(({ accessKeyId, holder: { by } }): KeyHolder => ({ accessKeyId, by })),
        );
      case 'PUT /plants': {
        const names = plantNames(z.array(z.string()).parse(JSON.parse(await text(request))));
        plants.clear();
        for (const name of names) plants.add(name);
        return reply(200, {});
      }
      case 'POST /keys':
        await keys.tell();
        return reply(200, {});
      default:
        return reply(404, { message: `no ${request.method} ${request.url} here` });
    }
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return reply(400, { message });
  }
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = '';
  for await (const chunk of request) whole += chunk;
  return whole;
}
