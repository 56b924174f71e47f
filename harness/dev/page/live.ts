import { readFile } from 'node:fs/promises';
import { EdgeAdmin } from '../../edge/admin-client.ts';
import { Rates } from '../../telemetry/rates.ts';
import type { Applied, DevStack } from '../stack.ts';
import { faultsInForce } from './edge-faults.ts';
import { EngineReader } from './engine-reader.ts';
import { edgeFigures, fluentdFigures, partsOf } from './figures.ts';
import { FileReader } from './file-reader.ts';
import { FluentdLog } from './fluentd-log.ts';
import type { FaultState, LiveEvent, Reload, ShownPart } from './messages.ts';
import { Poller } from './poller.ts';

/** A look at the parts starts a process. */
const PARTS_EVERY_MS = 4000;

/** All that the page shows by itself: read only while a page is open, but for fluentd's log, which is followed throughout. */
export class Live {
  readonly #log = new FluentdLog();
  readonly #pollers;
  readonly #ended = new AbortController();
  #watching: AbortController | undefined;
  #watchers = 0;
  #reload: Reload | undefined;

  constructor(stack: DevStack) {
    // Asked for each time: a part that is started anew may be at another port.
    const admin = () => new EdgeAdmin(stack.addresses.edgeAdmin);
    const files = new FileReader((script) => stack.exec('fluentd', script));
    const engine = new EngineReader(() => stack.addresses.engine);
    const edgeRates = new Rates();
    const file = new Poller('the log file', async () => files.read(await readFile(stack.configFile, 'utf8')));
    this.#pollers = {
      file,
      fluentd: new Poller('fluentd’s monitor_agent', async () =>
        fluentdFigures(await stack.monitor(), this.#log.texts),
      ),
      edge: new Poller('the edge', async () => edgeFigures(await admin().counters(), edgeRates)),
      engine: new Poller('the engine', () => {
        const { latest } = file;
        return engine.read('trouble' in latest ? undefined : latest.writtenAt);
      }),
      faults: new Poller('the edge', () => faultsInForce(admin())),
      parts: new Poller('the parts', () => partsOf(stack), PARTS_EVERY_MS),
    };
    void this.#log.follow(stack, this.#ended.signal);
  }

  /** What came of a configuration, from now on. */
  reloaded(result: Applied & { searchableMs?: number }): void {
    this.#reload = { ...result, at: Date.now() };
  }

  /** Somebody looks: all is read until the returned function is called. */
  watch(): () => void {
    if (this.#watchers++ === 0) {
      const watching = new AbortController();
      this.#watching = watching;
      for (const poller of Object.values(this.#pollers)) void poller.run(watching.signal);
    }
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      if (--this.#watchers === 0) this.#watching?.abort();
    };
  }

  /** All there is to tell one page now. `told`: what it was told last, which this brings up to date. */
  event(told: Told): LiveEvent {
    const { file, fluentd, edge, engine, faults, parts } = this.#pollers;
    const messages = this.#log.since(told.message);
    told.message = messages.at(-1)?.n ?? told.message;
    const { latest } = parts;
    const newParts = latest !== told.parts && !('trouble' in latest);
    told.parts = latest;
    const newReload = this.#reload !== told.reload;
    told.reload = this.#reload;
    return {
      figures: {
        at: Date.now(),
        ...{ file: file.latest, fluentd: fluentd.latest, edge: edge.latest, engine: engine.latest },
      },
      faults: faultState(faults.latest),
      ...(newParts ? { parts: latest as ShownPart[] } : {}),
      ...(newReload && this.#reload ? { reload: this.#reload } : {}),
      ...(messages.length > 0 ? { messages } : {}),
    };
  }

  end(): void {
    this.#watching?.abort();
    this.#ended.abort();
  }
}

/** What one page knows already. */
export interface Told {
  /** Number of the newest line of fluentd's log. */
  message: number;
  parts?: unknown;
  reload?: Reload | undefined;
}

function faultState(latest: Poller<FaultState>['latest']): FaultState {
  return 'requests' in latest ? latest : { requests: 0, others: 0, trouble: latest.trouble ?? '' };
}
