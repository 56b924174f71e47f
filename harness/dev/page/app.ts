import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { pause } from '../../core/condition.ts';
import { EdgeAdmin } from '../../edge/admin-client.ts';
import type { DevStack } from '../stack.ts';
import { assetAt } from './assets.ts';
import { faultsInForce, putInForce } from './edge-faults.ts';
import { headers, onlyThisPage } from './guard.ts';
import type { Live, Told } from './live.ts';
import { type Cursor, FAULTS, type ProbeResult, type Setting, type Wanted } from './messages.ts';
import { overviewOf, searchPage } from './search.ts';
import { LOOK_CSS, SCRIPT_HASHES, SHELL } from './shell.ts';

/** Between two events, ms. */
const EVERY_MS = 1000;
/** Longest wait for a probe, ms. */
const PROBE_WITHIN_MS = 60_000;
const LARGEST_BODY_BYTES = 4096;

const time = z.iso.datetime({ offset: true }).optional();
const wanted = z.object({
  ...{ from: time, to: time },
  ...{ logName: z.string().optional(), level: z.string().optional(), text: z.string().max(1000).optional() },
});
const cursor = z.array(z.union([z.string(), z.number()])).length(3);
const fault = z.strictObject({ fault: z.enum(FAULTS).nullable() });

/** Sends one record through everything, and waits until it is searchable. */
export type Probe = (stack: DevStack, options: { withinMs: number; signal?: AbortSignal }) => Promise<ProbeResult>;

/** What the page asks for, answered. */
export function pageApp(stack: DevStack, live: Live, probe: Probe): Hono {
  const app = new Hono();
  app.use(headers(SCRIPT_HASHES), onlyThisPage, bodyLimit({ maxSize: LARGEST_BODY_BYTES }));
  app.onError((error, context) => {
    // Whoever asked went away, as for a search that was overtaken by the next.
    if (context.req.raw.signal.aborted) return context.json({ message: 'not waited for any more' }, 408);
    if (error instanceof z.ZodError) return context.json({ message: z.prettifyError(error) }, 400);
    if (error instanceof SyntaxError) return context.json({ message: `expected JSON: ${error.message}` }, 400);
    return context.json({ message: error.message }, 502);
  });
  app.notFound((context) => context.json({ message: `there is no ${context.req.path} here` }, 404));

  app.get('/', (context) => context.html(SHELL));
  app.get('/look.css', (context) => context.body(LOOK_CSS, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/api/setting', (context) => {
    const { kind, logFile, configFile } = stack;
    const setting: Setting = { kind, logFile, configFile };
    return context.json(setting);
  });
  app.get('/api/live', (context) =>
    streamSSE(context, async (stream) => {
      const stop = live.watch();
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const told: Told = { message: 0 };
      try {
        while (!gone.signal.aborted) {
          await stream.writeSSE({ data: JSON.stringify(live.event(told)) });
          await pause(EVERY_MS, gone.signal).catch(() => {});
        }
      } finally {
        stop();
      }
    }),
  );
  app.get('/api/search', async (context) => {
    const after = context.req.query('after');
    const place = after === undefined ? {} : { after: cursor.parse(JSON.parse(after)) as Cursor };
    return context.json(
      await searchPage(stack.addresses.engine, wantedOf(context), { ...place, signal: context.req.raw.signal }),
    );
  });
  app.get('/api/overview', async (context) =>
    context.json(await overviewOf(stack.addresses.engine, wantedOf(context), context.req.raw.signal)),
  );
  app.get('/api/configuration', async (context) => context.json({ text: await readFile(stack.configFile, 'utf8') }));
  app.post('/api/fault', async (context) => {
    const admin = new EdgeAdmin(stack.addresses.edgeAdmin);
    await putInForce(admin, fault.parse(await context.req.json()).fault ?? undefined);
    return context.json(await faultsInForce(admin));
  });
  app.post('/api/probe', async (context) => {
    return context.json(await probe(stack, { withinMs: PROBE_WITHIN_MS, signal: context.req.raw.signal }));
  });
  app.get('*', async (context) => {
    const asset = await assetAt(context.req.path);
    return asset
      ? context.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': 'no-cache' })
      : context.notFound();
  });
  return app;
}

function wantedOf(context: Context): Wanted {
  return wanted.parse(context.req.query()) as Wanted;
}
