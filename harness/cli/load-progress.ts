import ora, { type Ora } from 'ora';
import { formatDuration } from '../core/duration.ts';
import type { Metric, Sample } from '../core/sample.ts';
import { bareFigure, figure } from '../report/figures.ts';

/** One trial under way. */
export interface TrialUnderWay {
  name: string;
  /** From 1 on, of how many where that is known: a search does not know. */
  number: number;
  of?: number;
  /** How long its load takes, ms. */
  loadMs: number;
}

/** Two status lines for a load that runs; where there is no terminal, a plain line for each trial's start and end. */
export class LoadProgress {
  readonly #stream: NodeJS.WriteStream;
  #trial: TrialUnderWay | undefined;
  #stage = '';
  #sample: Sample | undefined;
  #spinner: Ora | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Begins a trial. */
  start(trial: TrialUnderWay): void {
    this.#trial = trial;
    this.#stage = '';
    this.#sample = undefined;
    if (!this.#stream.isTTY) this.print(`${numberOf(trial)}: ${trial.name}, ${formatDuration(trial.loadMs)}`);
    this.#show();
  }

  /** What it is at: `standing the pipeline up`, `stage 3 of 5: 8,000 lines/s`. */
  say(stage: string): void {
    this.#stage = stage.replaceAll('\n', ' ');
    this.#show();
  }

  /** Its newest readings. */
  read(sample: Sample): void {
    this.#sample = sample;
    this.#show();
  }

  /** Ends the trial with its line. */
  done(line: string): void {
    this.#trial = undefined;
    this.print(line);
  }

  /** A line that stays. */
  print(line: string): void {
    this.#spinner?.stop();
    this.#stream.write(`${line}\n`);
    if (this.#trial) this.#show();
  }

  stop(): void {
    this.#trial = undefined;
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  #show(): void {
    if (!this.#stream.isTTY || !this.#trial) return;
    this.#spinner ??= ora({ stream: this.#stream, discardStdin: false });
    const width = (this.#stream.columns ?? 120) - 4;
    this.#spinner.text = statusLines(this.#trial, this.#stage, this.#sample)
      .map((line) => line.slice(0, width))
      .join('\n  ');
    if (!this.#spinner.isSpinning) this.#spinner.start();
  }
}

/** What the status lines say: which trial, at what, how long still; and its newest readings, those that there are. */
export function statusLines(trial: TrialUnderWay, stage: string, sample: Sample | undefined): string[] {
  const { name, loadMs } = trial;
  const elapsedMs = Math.max(0, sample?.atMs ?? 0);
  const remaining = formatDuration(Math.max(0, loadMs - elapsedMs));
  const first = [`${numberOf(trial)}: ${name}`, ...(stage ? [stage] : []), `${remaining} of load to come`];
  if (!sample) return [first.join(' · ')];
  const { values } = sample;
  const rates = (['offered', 'written', 'accepted', 'searchable'] as const).flatMap((what) => {
    const value = values[`${what}.lines`];
    return value === undefined ? [] : [`${what} ${bareFigure(value)}`];
  });
  const rest: [string, Metric, string][] = [
    ['lag', 'lag.lines', ''],
    ['buffer', 'fluentd.buffer', 'bytes'],
    ['CPU', 'fluentd.cpu', ''],
    ['throttled', 'fluentd.throttled', 'share'],
  ];
  const readings = rest.flatMap(([what, metric, unit]) => {
    const value = values[metric];
    return value === undefined ? [] : [`${what} ${figure(value, unit)}`];
  });
  const second = [...(rates.length > 0 ? [`lines/s ${rates.join(' ')}`] : []), ...readings];
  return second.length > 0 ? [first.join(' · '), second.join(' · ')] : [first.join(' · ')];
}

function numberOf({ number, of }: TrialUnderWay): string {
  return of === undefined ? `trial ${number}` : `trial ${number} of ${of}`;
}
