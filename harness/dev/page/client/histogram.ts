import uPlot from 'uplot';
import type { Overview } from '../messages.ts';
import { inkOf, keepFitting } from './chart-ink.ts';
import { count, counted, timeOf } from './words.ts';

const HEIGHT = 110;

/** Documents over time. Dragging over it chooses a time range; the form does the same for who has no mouse. */
class Histogram {
  readonly element = document.createElement('div');
  /** Called with the chosen range, ms since the epoch. */
  onRange: (from: number, to: number) => void = () => {};
  #plot: uPlot | undefined;
  #shown = { min: 0, max: 1 };

  constructor() {
    this.element.className = 'plot histogram';
    this.element.role = 'img';
  }

  /** `from`, `to`: the time range that was searched, ms since the epoch; where it is open, bars tell where it ends. */
  show({ buckets, intervalMs, total }: Overview, from?: number, to?: number): void {
    const data: uPlot.AlignedData = [buckets.map(([at]) => at / 1000), buckets.map(([, n]) => n)];
    const first = buckets[0]?.[0] ?? Date.now();
    const behindLast = (buckets.at(-1)?.[0] ?? first) + intervalMs;
    this.#shown = { min: Math.min(from ?? first, first) / 1000, max: Math.max(to ?? 0, behindLast) / 1000 };
    const [most] = buckets.toSorted(([, a], [, b]) => b - a);
    this.element.ariaLabel = `${counted(total, 'document')} over time${most ? `; most, ${count(most[1])}, from ${timeOf(most[0])} on` : ''}`;
    this.#plot ??= this.#make(data);
    this.#plot.setData(data);
  }

  #make(data: uPlot.AlignedData): uPlot {
    const ink = () => inkOf('--chart-ink');
    const grid = { stroke: () => inkOf('--chart-grid'), width: 1 };
    const colour = () => inkOf('--series-0');
    const plot = new uPlot(
      {
        width: this.element.clientWidth || 600,
        height: HEIGHT,
        legend: { show: false },
        padding: [10, 30, 0, 0],
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
        scales: {
          // The last bar is as wide as the others, also where it is the only one.
          x: { range: () => [this.#shown.min, this.#shown.max] },
          y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] },
        },
        series: [
          {},
          {
            stroke: colour,
            fill: colour,
            paths: uPlot.paths.bars!({ align: 1, size: [0.9, 60] }),
            points: { show: false },
          },
        ],
        axes: [
          {
            stroke: ink,
            grid: { show: false },
            ticks: grid,
            space: 90,
            size: 32,
            values: (_, at) => at.map((one) => timeOf(one * 1000).replace(/\.\d+$/, '')),
          },
          { stroke: ink, grid, ticks: grid, size: 55, space: 30, values: (_, at) => at.map((one) => count(one)) },
        ],
        hooks: { setSelect: [(self) => this.#chosen(self)] },
      },
      data,
      this.element,
    );
    keepFitting(
      this.element,
      (width) => plot.setSize({ width, height: HEIGHT }),
      () => plot.redraw(),
    );
    return plot;
  }

  #chosen(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 3) return;
    const at = (pixels: number) => Math.round(plot.posToVal(pixels, 'x') * 1000);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.onRange(at(left), at(left + width));
  }
}

export const histogram = new Histogram();
