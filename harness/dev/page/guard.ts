import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Lets in only what this page itself asks for. The names guard against a foreign page whose name was bound to the loopback (DNS rebinding); the origin and the type
 * of what is sent against one that has the reader's browser press our buttons.
 */
export const onlyThisPage: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  const refuse = (message: string) => context.json({ message }, 403);
  if (!LOOPBACK.has(host.replace(/:\d+$/, ''))) return refuse(`open this page as http://127.0.0.1, not as "${host}"`);
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) return refuse(`the page at "${origin}" has no say here`);
  const site = context.req.header('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') {
    // A link that leads here may be followed; all else is for the page itself.
    const isLink = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    if (!isLink) return refuse('another page has no say here');
  }
  const type = context.req.header('content-type') ?? '';
  if (context.req.method !== 'GET' && !type.startsWith('application/json'))
    return refuse(`expected application/json, got "${type}"`);
  return next();
};

/** The page runs only what this server sends; nothing of it may stand in another page. `scriptHashes`: of the scripts that stand in the page itself. */
export function headers(scriptHashes: readonly string[]): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", ...scriptHashes.map((hash) => `'${hash}'`)],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    crossOriginResourcePolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    strictTransportSecurity: false,
  });
}
