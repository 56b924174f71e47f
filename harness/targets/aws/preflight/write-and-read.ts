import { randomBytes } from 'node:crypto';
import { bad, defineCheck, ok, type PreflightContext, type Seen } from './check.ts';
import { ONCE, SIGNATURE } from './domain-access.ts';
import { answerIn, answerText, refused } from './domain-words.ts';

type Domain = PreflightContext['domain'];

/** ms for each of three requests: together less than a check may take, so that the index is gone before anybody goes on. */
const PATIENCE = { ...ONCE, requestTimeout: 15_000 };

/** One document there, back, and away, as a run does it: create by _bulk, search, and the index deleted. */
export const writeAndRead = defineCheck('write and read', [SIGNATURE], async (context) => {
  const index = `efkh-preflight-${randomBytes(6).toString('hex')}`;
  let seen: Seen;
  try {
    seen = await thereAndBack(context, index);
  } catch (error) {
    seen = await asRefusal(error, context);
  }
  const left = await remove(context, index);
  if (!left) return seen;
  return seen.state === 'ok'
    ? { ...left, saw: `wrote and read ${index}, which cannot be deleted: ${left.saw}` }
    : { ...seen, saw: `${seen.saw}; and ${index} cannot be deleted: ${left.saw}` };
});

interface Bulk {
  items?: { create?: { status: number; error?: unknown } }[];
}
interface Found {
  hits?: { hits?: { _id?: string }[] };
}

async function thereAndBack(context: PreflightContext, index: string): Promise<Seen> {
  const { domain } = context;
  const lines = [{ create: { _index: index, _id: '1' } }, { message: 'written by preflight' }];
  const bulk = (await send(domain, 'POST', '/_bulk', { bulkBody: lines, querystring: { refresh: 'true' } })) as Bulk;
  const { status, error } = bulk.items?.[0]?.create ?? { status: 0, error: bulk };
  if (status !== 201) return notWritten(answerText(status, error), context);
  const { hits } = (await send(domain, 'GET', `/${index}/_search`, {})) as Found;
  const ids = hits?.hits?.map(({ _id }) => _id) ?? [];
  if (ids.length !== 1 || ids[0] !== '1')
    return bad(
      `wrote one document into ${index} and found ${ids.length} there`,
      'look at the index templates of the domain (GET _index_template, _template): one of them changes what is written, or how it is searched',
    );
  return ok('wrote, found and deleted one document');
}

/** An item of a bulk is refused while the bulk itself is not. */
function notWritten(answer: string, context: PreflightContext): Promise<Seen> | Seen {
  if (/index_not_found|auto_create|action\.auto/.test(answer))
    return bad(
      `the domain makes no index by itself: ${answer}`,
      'let it, for efkh-* and the indices of the pipeline: action.auto_create_index in PUT _cluster/settings',
    );
  return refused(answer, context);
}

/** Deletes the index; one that was never made is fine. What went wrong, otherwise. */
async function remove(context: PreflightContext, index: string): Promise<Seen | undefined> {
  try {
    await send(context.domain, 'DELETE', `/${index}`, {});
    return undefined;
  } catch (error) {
    return answerIn(error)?.startsWith('[404]') ? undefined : asRefusal(error, context);
  }
}

async function asRefusal(error: unknown, context: PreflightContext): Promise<Seen> {
  const answer = answerIn(error);
  if (answer) return refused(answer, context);
  const message = error instanceof Error ? error.message : String(error);
  return bad(`the domain does not answer: ${message}`, 'run it again; look at the health and the load of the domain');
}

interface Rest {
  bulkBody?: object[];
  querystring?: Record<string, string>;
}

async function send(domain: Domain, method: string, path: string, rest: Rest): Promise<unknown> {
  return (await domain.transport.request({ method, path, ...rest } as never, PATIENCE)).body;
}
