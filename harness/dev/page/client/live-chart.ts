import uPlot from 'uplot';
import { formatBytes } from '../../../core/duration.ts';
import type { Figures } from '../messages.ts';
import { inkOf, keepFitting } from './chart-ink.ts';
import { rate } from './words.ts';

/** Readings that are kept: five minutes of them. */
const KEPT = 300;
const HEIGHT = 190;

type Row = (number | null)[];

/** The value below the pointer; the newest while there is none. */
function shownAs(words: (value: number) => string): uPlot.Series.Value {
  return (plot, value: number | null, series, at) => {
    const shown = at === null ? plot.data[series]?.at(-1) : value;
    return shown === null || shown === undefined ? '–' : words(shown);
  };
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB');
}

/** Lines on their way, over the last five minutes: what is written, accepted and searchable a second, and what waits. */
class LiveChart {
  readonly element = document.createElement('div');
  /** Seconds, written, accepted, searchable, waiting bytes. */
  readonly #rows: [Row, Row, Row, Row, Row] = [[], [], [], [], []];
  #plot: uPlot | undefined;

  constructor() {
    this.element.className = 'plot';
    this.element.role = 'img';
    this.element.ariaLabel = 'lines a second on their way, and bytes that wait, over the last five minutes';
  }

  add({ at, file, fluentd, edge, engine }: Figures): void {
    const of = <T extends object>(reading: T | { trouble: string }): Partial<T> =>
      ('trouble' in reading ? {} : reading) as Partial<T>;
    const { unreadBytes } = of(file);
    const { bufferBytes } = of(fluentd);
    const waits = unreadBytes === undefined || bufferBytes === undefined ? undefined : unreadBytes + bufferBytes;
    const values = [
      at / 1000,
      of(file).linesPerSecond,
      of(edge).acceptedPerSecond,
      of(engine).searchablePerSecond,
      waits,
    ];
    for (const [i, row] of this.#rows.entries()) {
      row.push(values[i] ?? null);
      if (row.length > KEPT) row.shift();
    }
    this.#plot ??= this.#make();
    this.#plot.setData(this.#rows as uPlot.AlignedData);
  }

  #make(): uPlot {
    const ink = () => inkOf('--chart-ink');
    const grid = { stroke: () => inkOf('--chart-grid'), width: 1 };
    const lines = (label: string, at: number, dash: number[] = []): uPlot.Series => ({
      label,
      dash,
      stroke: () => inkOf(`--series-${at}`),
      width: 2,
      value: shownAs((v) => `${rate(v)}/s`),
    });
    const plot = new uPlot(
      {
        width: this.element.clientWidth || 600,
        height: HEIGHT,
        cursor: { drag: { setScale: false } },
        legend: { markers: { width: 3 } },
        scales: {
          // A minute at least, so that the first readings are not a line across the whole.
          x: { range: (_, min, max) => [Math.min(min ?? 0, (max ?? 0) - 60), max ?? 0] },
          lines: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] },
          bytes: { range: (_, __, max) => [0, Math.max(1024, max * 1.1)] },
        },
        series: [
          { label: 'time', value: shownAs(clock) },
          { ...lines('written', 0), scale: 'lines' },
          { ...lines('accepted', 2, [6, 3]), scale: 'lines' },
          { ...lines('searchable', 3, [2, 3]), scale: 'lines' },
          {
            label: 'waiting',
            scale: 'bytes',
            stroke: () => inkOf('--series-1'),
            fill: () => inkOf('--chart-band'),
            width: 1,
            value: shownAs(formatBytes),
          },
        ],
        axes: [
          {
            stroke: ink,
            grid,
            ticks: grid,
            incrs: [10, 30, 60],
            values: (_, at) => at.map(clock),
            space: 90,
          },
          {
            scale: 'lines',
            stroke: ink,
            grid,
            ticks: grid,
            size: 55,
            values: (_, at) => at.map((one) => `${rate(one)}/s`),
          },
          {
            scale: 'bytes',
            side: 1,
            stroke: ink,
            grid: { show: false },
            ticks: grid,
            size: 70,
            values: (_, at) => at.map(formatBytes),
          },
        ],
      },
      this.#rows as uPlot.AlignedData,
      this.element,
    );
    keepFitting(
      this.element,
      (width) => plot.setSize({ width, height: HEIGHT }),
      () => plot.redraw(),
    );
    return plot;
  }
}

export const liveChart = new LiveChart();
