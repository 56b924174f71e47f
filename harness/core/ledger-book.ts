import type { LedgerEvent } from './ledger.ts';
import type { RecordFormat } from './record.ts';
import type { TextKind } from './texts.ts';

/** What is known of one stream. Seqs below `accepted` were taken by the operating system, below `intended` announced. */
export interface StreamAccount {
  run: string;
  stream: string;
  file: string;
  format: RecordFormat;
  text: TextKind;
  payloadLength: number;
  intended: number;
  accepted: number;
  /** When `accepted` last rose, ms since the epoch. */
  acceptedAt: number;
  /** Loads that were written whole. */
  loadsDone: number;
  /** It has a load that is not written whole yet. */
  writing: boolean;
  /** `killed`: its process is gone and did not say so. */
  ended: 'done' | 'SIGTERM' | 'error' | 'killed' | undefined;
  /** The longest a record was written after it was due, ms. */
  lateMs: number;
  /** Share of the offered rate that finished loads, and stages of loads, fell behind, 0…1: the largest. */
  behind: number;
  /** `stage` 0 begins a load. A load that is cut short leaves paces of records that it never wrote. */
  paces: { from: number; at: number; perSecond: number; shiftMs: number; stage: number }[];
  rotations: { how: string; seq: number; at: number }[];
  /** When it could not write, ms since the epoch, and why. */
  blocked: Blocked[];
}

/** A time in which an application could not write, ms since the epoch; `error` is the operating system's word for it. */
export interface Blocked {
  from: number;
  to: number;
  error: string;
}

/** Collects the ledger events of every emitter of a run. */
export class LedgerBook {
  readonly streams = new Map<string, StreamAccount>();
  /** What could not be right: an event for an unknown stream, a count that went down. Not empty: no verdict but `error`. */
  readonly complaints: string[] = [];
  /** When the last stage that is done was, ms since the epoch, and how late its last record. */
  readonly #stageEnds = new Map<StreamAccount, { at: number; lateMs: number }>();

  get accepted(): number {
    return this.#sum((account) => account.accepted);
  }

  /** Seqs announced and not confirmed: their presence and their absence are both right. */
  get inDoubt(): number {
    return this.#sum((account) => account.intended - account.accepted);
  }

  add(event: LedgerEvent): void {
    if (event.ledger === 'stream') {
      this.#open(event);
      return;
    }
    const account = this.streams.get(event.stream);
    if (!account) {
      this.complaints.push(`${event.ledger} for a stream that was never opened: ${event.stream}`);
      return;
    }
    switch (event.ledger) {
      case 'pace':
        account.writing = true;
        account.paces.push({
          from: event.from,
          at: event.at,
          perSecond: event.perSecond,
          shiftMs: event.shiftMs ?? 0,
          stage: event.stage ?? 0,
        });
        if (!event.stage) this.#stageEnds.set(account, { at: event.at, lateMs: 0 });
        break;
      case 'intended':
        this.#rise(account, 'intended', event.to);
        break;
      case 'accepted':
        if (event.to > account.accepted) account.acceptedAt = event.at;
        this.#rise(account, 'accepted', event.to);
        if (account.paces.some(({ from, stage }) => stage > 0 && from === event.to)) this.#stageDone(account);
        if (account.accepted > account.intended) {
          this.complaints.push(`${account.stream}: accepted ${account.accepted} before it was intended`);
          account.intended = account.accepted;
        }
        break;
      case 'rotated':
        account.rotations.push({ how: event.how, seq: event.seq, at: event.at });
        break;
      case 'blocked':
        account.blocked.push({ from: event.from, to: event.to, error: event.error });
        break;
      case 'done':
        account.loadsDone++;
        account.writing = false;
        this.#stageDone(account);
        account.behind = Math.max(account.behind, loadBehind(account));
        account.lateMs = Math.max(account.lateMs, event.lateMs);
        break;
      case 'end':
        account.ended = event.reason;
        account.writing = false;
        // A process that ended of itself leaves nothing in doubt: what it announced and did not write, it did not write.
        account.intended = account.accepted;
        account.lateMs = Math.max(account.lateMs, event.lateMs);
        if (event.to !== account.accepted) {
          this.complaints.push(
            `${account.stream}: ended at ${event.to} with ${account.accepted} accepted: a part of its ledger is lost`,
          );
        }
        break;
    }
  }

  /** The process of a stream is gone: unless it said so itself it was cut off, and what it announced stays in doubt. */
  died(stream: string): void {
    const account = this.streams.get(stream);
    if (!account) return;
    account.ended ??= 'killed';
    account.writing = false;
  }

  #open(event: Extract<LedgerEvent, { ledger: 'stream' }>): void {
    const { run, stream, file, format, text = 'ascii', payloadLength, at } = event;
    if (this.streams.has(stream)) this.complaints.push(`${stream}: opened twice`);
    this.streams.set(stream, {
      run,
      stream,
      file,
      format,
      text,
      payloadLength,
      intended: 0,
      accepted: 0,
      acceptedAt: at,
      loadsDone: 0,
      writing: false,
      ended: undefined,
      lateMs: 0,
      behind: 0,
      paces: [],
      rotations: [],
      blocked: [],
    });
  }

  /** The last record of a stage is written: how far the stage fell behind, where it began late and caught up, or not. */
  #stageDone(account: StreamAccount): void {
    const before = this.#stageEnds.get(account);
    const pace = paceOf(account, account.accepted - 1);
    if (!before || !pace || pace.perSecond === 0 || account.accepted <= pace.from) return;
    const due = dueAt(account, account.accepted - 1);
    const lateMs = account.acceptedAt - due;
    this.#stageEnds.set(account, { at: account.acceptedAt, lateMs });
    const more = lateMs - before.lateMs - blockedSince(account, before.at);
    account.behind = Math.max(account.behind, shareBehind(more, Math.max(due - pace.at, SHORTEST_MS)));
  }

  #rise(account: StreamAccount, field: 'intended' | 'accepted', to: number): void {
    if (to < account[field]) this.complaints.push(`${account.stream}: ${field} fell from ${account[field]} to ${to}`);
    account[field] = Math.max(account[field], to);
  }

  #sum(of: (account: StreamAccount) => number): number {
    let sum = 0;
    for (const account of this.streams.values()) sum += of(account);
    return sum;
  }
}

/** When the first record of all was due, ms since the epoch; undefined before any pace is known. */
export function firstDueOf({ streams }: Pick<LedgerBook, 'streams'>): number | undefined {
  const due = [...streams.values()].flatMap(({ paces }) => paces.map(({ at }) => at));
  return due.length > 0 ? Math.min(...due) : undefined;
}

/** When a record was due to be written, ms since the epoch; latency counts from here. NaN before any pace is known. */
export function dueAt(account: StreamAccount, seq: number): number {
  const pace = paceOf(account, seq);
  if (!pace) return Number.NaN;
  return pace.perSecond > 0 ? pace.at + ((seq - pace.from) * 1000) / pace.perSecond : pace.at;
}

/** The time that stands in a record's line, whole ms since the epoch. NaN before any pace is known. */
export function timeOf(account: StreamAccount, seq: number): number {
  return Math.round(dueAt(account, seq)) + (paceOf(account, seq)?.shiftMs ?? 0);
}

function paceOf({ paces }: StreamAccount, seq: number) {
  return paces.findLast(({ from }) => from <= seq);
}

/** Lateness below this is the tick of the emitter and the noise of a busy machine, not a limit of the generator. */
const NOISE_MS = 100;
/** A load or stage that is shorter is judged as if it lasted so long: a hiccup of the machine at its end is no limit of the generator either. */
const SHORTEST_MS = 10_000;

/** How far the achieved rate of the load that is just finished fell behind the offered one. */
function loadBehind(account: StreamAccount): number {
  const { accepted, acceptedAt, paces } = account;
  const first = paces.findLast(({ stage }) => stage === 0);
  if (!first || paces.at(-1)?.perSecond === 0 || accepted <= first.from) return 0;
  const due = dueAt(account, accepted - 1);
  return shareBehind(acceptedAt - due - blockedSince(account, first.at), Math.max(due - first.at, SHORTEST_MS));
}

/** Late / (planned + late), ms; noise apart. */
function shareBehind(lateMs: number, plannedMs: number): number {
  return lateMs > NOISE_MS ? lateMs / (plannedMs + lateMs) : 0;
}

/** What the operating system kept the application from writing is not the generator's lateness, ms. */
function blockedSince({ blocked }: StreamAccount, since: number): number {
  return blocked.filter(({ from }) => from >= since).reduce((sum, { from, to }) => sum + to - from, 0);
}
