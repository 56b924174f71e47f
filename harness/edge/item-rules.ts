import { type BulkItem, verbOf } from './bulk.ts';
import { type Flavour, type ItemAction, itemError } from './item-errors.ts';
import { type ActiveRule, noteRecord } from './rule-book.ts';
import { type Select, selects } from './rules.ts';

/** What becomes of each item of a bulk. */
export interface BulkPlan {
  /** The body for the engine, one character a byte; empty when nothing is left of it. */
  body: string;
  /** For each original item: its place in the engine's answer, or an answer of our own. */
  fates: ({ forwarded: number } | { answer: object })[];
}

/** The rules that concern single items of a bulk. */
export function itemRules(rules: readonly ActiveRule[]): ActiveRule[] {
  return rules.filter(
    ({ rule: { answer } }) => 'drop' in answer || 'items' in answer || 'repeat' in answer || 'corrupt' in answer,
  );
}

/** Applies the rules that concern items. Returns undefined when none of them touches this bulk: it goes on as it came. */
export function planBulk(
  text: string,
  items: readonly BulkItem[],
  rules: readonly ActiveRule[],
  flavour: Flavour = 'opensearch',
): BulkPlan | undefined {
  const concerned = itemRules(rules);
  if (concerned.length === 0) return undefined;
  const fates: BulkPlan['fates'] = [];
  const kept: string[] = [];
  const extra: string[] = [];
  const bitten = new Set<ActiveRule>();
  for (const item of items) {
    let lines = text.slice(item.start, item.end);
    let own: object | undefined;
    for (const active of item.identity ? concerned : []) {
      const { answer } = active.rule;
      const selection = selectionOf(answer);
      if (!selection || !selects(selection, item.identity!)) continue;
      bitten.add(active);
      const fresh = noteRecord(active, item.identity!);
      const action = actionOf(text, item);
      if ('drop' in answer) own = itemAnswer(text, item, action, 201, { result: 'created', _version: 1 });
      else if ('items' in answer) {
        const { status, type } = answer.items;
        const error = { ...itemError(status, flavour, action), ...(type ? { type } : {}) };
        own = itemAnswer(text, item, action, status, { error });
      }
      if ('corrupt' in answer) lines = corrupted(lines);
      else if ('repeat' in answer && fresh)
        for (let i = 1; i <= answer.repeat.times; i++) extra.push(withOtherId(lines, i));
    }
    fates.push(own ? { answer: own } : { forwarded: kept.length });
    if (!own) kept.push(lines);
  }
  for (const active of bitten) active.requests++;
  return { body: [...kept, ...extra].join(''), fates };
}

/** The engine's answer with our own put in their places. */
export function mergeAnswer(
  engine: { took?: number; items?: object[] },
  { fates }: BulkPlan,
): { took: number; errors: boolean; items: object[] } {
  const items = fates.map((fate) => ('answer' in fate ? fate.answer : (engine.items?.[fate.forwarded] ?? {})));
  return { took: engine.took ?? 0, errors: items.some((item) => statusOf(item) >= 300), items };
}

/** Status of one item of a bulk answer. */
export function statusOf(item: object): number {
  return (Object.values(item)[0] as { status?: number } | undefined)?.status ?? 0;
}

function selectionOf(answer: ActiveRule['rule']['answer']): Select | undefined {
  if ('drop' in answer) return answer.drop;
  if ('items' in answer) return answer.items;
  if ('repeat' in answer) return answer.repeat;
  return 'corrupt' in answer ? answer.corrupt : undefined;
}

function actionOf(text: string, item: BulkItem): ItemAction {
  return Object.values(JSON.parse(text.slice(item.start, item.source)) as object)[0] as ItemAction;
}

function itemAnswer(text: string, item: BulkItem, action: ItemAction, status: number, rest: object): object {
  return { [verbOf(text, item)]: { _index: action._index ?? '', _id: action._id ?? '', status, ...rest } };
}

/** A payload in a document: from a bracket that opens no list of strings to one that a string ends with, quotes and newline perhaps escaped. */
const PAYLOAD = /\[(?!\\*")[^[\]]*\](?=(?:\\+n)?\\*")/;

/** Takes the payload its closing bracket, one byte for another in any text; the document stays what a parser takes. */
function corrupted(lines: string): string {
  return lines.replace(PAYLOAD, (payload) => `${payload.slice(0, -1)}#`);
}

/** The same document under another id, so that the store really holds it twice. */
function withOtherId(lines: string, copy: number): string {
  const source = lines.indexOf('\n');
  return lines.slice(0, source).replace(/("_id"\s*:\s*"(?:[^"\\]|\\.)*)"/, `$1~${copy}"`) + lines.slice(source);
}
