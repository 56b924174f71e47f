import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { dueAt, type LedgerBook } from '../core/ledger-book.ts';
import type { Sample } from '../core/sample.ts';
import type { DomainControl } from '../core/target.ts';
import { put } from './part-metrics.ts';
import type { Rates } from './rates.ts';

type Values = Sample['values'];

/** An emitter tells of itself several times a second while it writes; from one that is silent longer, more is due now than it was then, ms. */
const SILENT_MS = 1000;

/** What the ledger says at a time, ms since the epoch; `searchable`: how many records a search finds then. */
export function bookMetrics(book: LedgerBook, now: number, searchable: number | undefined, rates: Rates): Values {
  const values: Values = {};
  let offered = 0;
  let behind = 0;
  for (const account of book.streams.values()) {
    const pace = account.paces.findLast(({ at }) => at <= now);
    if (!pace || !account.writing) continue;
    // As fast as it can: nothing is offered, and nothing due.
    if (pace.perSecond === 0) {
      offered = Number.NaN;
      continue;
    }
    offered += pace.perSecond;
    const asOf = now - account.acceptedAt > SILENT_MS ? now : account.acceptedAt;
    const due = pace.from + ((asOf - dueAt(account, pace.from)) * pace.perSecond) / 1000;
    behind += Math.max(0, Math.floor(due) - account.accepted);
  }
  put(values, 'offered.lines', offered);
  put(values, 'behind.lines', behind);
  put(values, 'written.lines', rates.perSecond('written', book.accepted, now));
  if (searchable !== undefined) values['lag.lines'] = Math.max(0, book.accepted - searchable);
  return values;
}

interface EdgeCounters {
  bytes?: number;
  statuses?: Record<string, number>;
  itemStatuses?: Record<string, number>;
  limitedMs?: number;
}

/** What the edge says of itself; `asked`: when, ms. */
export function edgeMetrics(counters: EdgeCounters, asked: number, rates: Rates): Values {
  const { bytes, statuses = {}, itemStatuses = {}, limitedMs } = counters;
  const sum = (of: Record<string, number>, wanted: (status: number) => boolean) =>
    Object.entries(of).reduce((total, [status, count]) => total + (wanted(Number(status)) ? count : 0), 0);
  // "409: is there" is what became of a record that was sent again.
  const isRefused = (status: number) => status >= 400 && status !== 409;
  const values: Values = {};
  const rate = (name: string, count: number | undefined) => rates.perSecond(`edge ${name}`, count, asked);
  put(
    values,
    'accepted.lines',
    rate(
      'items',
      sum(itemStatuses, (status) => status < 300),
    ),
  );
  put(
    values,
    'edge.requests',
    rate(
      'requests',
      sum(statuses, () => true),
    ),
  );
  put(values, 'edge.bytes', rate('bytes', bytes));
  put(values, 'edge.refused', rate('refused', sum(statuses, isRefused) + sum(itemStatuses, isRefused)));
  const limited = rate('limited', limitedMs);
  if (limited !== undefined) values['edge.limited'] = Math.min(1, limited / 1000);
  return values;
}

/** The edge's counters as metrics; nothing where there is no edge or it does not answer. */
export async function readEdge(domain: DomainControl | undefined, rates: Rates): Promise<Values> {
  const counters = await domain?.counters().catch(() => undefined);
  return counters ? edgeMetrics(counters.raw as EdgeCounters, performance.now(), rates) : {};
}

/** The harness's own process, and the machine that it runs on. */
export class OwnMachine {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #rates: Rates;

  constructor(rates: Rates) {
    this.#rates = rates;
    this.#delay.enable();
  }

  async read(): Promise<Values> {
    const values: Values = {};
    const { user, system } = process.cpuUsage();
    put(values, 'harness.cpu', this.#rates.perSecond('harness', (user + system) / 1e6, performance.now()));
    if (this.#delay.count > 0) values['harness.delay'] = this.#delay.percentile(99) / 1e6;
    this.#delay.reset();
    // Only Linux has it.
    const text = await readFile('/proc/stat', 'utf8').catch(() => '');
    return { ...values, ...hostMetrics(text, this.#rates) };
  }

  stop(): void {
    this.#delay.disable();
  }
}

/** Shares of all cores, by `/proc/stat`: proc(5) has user, nice, system, idle, iowait, irq, softirq, steal, in hundredths of a second of all cores. */
export function hostMetrics(procStat: string, rates: Rates): Values {
  const ticks =
    procStat
      .match(/^cpu +(.*)$/m)?.[1]
      ?.split(' ')
      .slice(0, 8)
      .map(Number) ?? [];
  if (ticks.length < 8) return {};
  const [, , , idle, iowait, , , steal] = ticks as [number, number, number, number, number, number, number, number];
  const all = ticks.reduce((sum, one) => sum + one, 0);
  // By the ticks that went by, not by a clock: a share of all of them.
  const shareOf = (name: string, count: number) => {
    const rate = rates.perSecond(`host ${name}`, count, all);
    return rate === undefined ? undefined : rate / 1000;
  };
  const values: Values = {};
  put(values, 'host.cpu', shareOf('busy', all - idle - iowait));
  put(values, 'host.steal', shareOf('steal', steal));
  return values;
}
