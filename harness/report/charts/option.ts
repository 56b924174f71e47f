import type { EChartsCoreOption } from 'echarts/core';
import type { Chart } from '../../core/load-results.ts';
import { heading, tick } from '../figures.ts';
import { numberAxis } from './axis.ts';
import { lookOf } from './looks.ts';

/** Height and width of a drawing, px; it scales with its place on the page. */
export interface Size {
  width: number;
  height: number;
}

/** Points of a line up to which each of them has its marker. */
const MOST_MARKERS = 30;
/** Width of a letter of 12 px, about. */
const LETTER = 7;
/** How much wider than Arial, by which words are measured, a font may be that stands in for it: DejaVu Sans. */
const WIDEST_FONT = 1.16;

/** Whether each point of a line has its marker. */
export function hasMarkers(points: readonly unknown[]): boolean {
  return points.length <= MOST_MARKERS;
}

/** Bars lie where the names below them would not fit. */
export function liesDown({ kind, x, series }: Chart, { width }: Size): boolean {
  if (kind !== 'bar' || x.scale !== 'category') return false;
  const names = categoriesOf({ series });
  return Math.max(...names.map((name) => name.length)) * LETTER > (width - 70) / names.length;
}

/** A chart in the words of ECharts. */
export function optionOf(chart: Chart, { width }: Size, lying: boolean): EChartsCoreOption {
  const { x, y, bytesPerLine } = chart;
  const points = chart.series.flatMap(({ points }) => points);
  const xs = points.flatMap(({ x }) => (typeof x === 'number' ? x : []));
  const ys = points.flatMap(({ y }) => y ?? []);
  // A name that is too long for its share of the width is broken.
  const names = Math.min(width * 0.42, Math.max(...categoriesOf(chart).map((name) => name.length)) * LETTER);
  const category = {
    type: 'category' as const,
    data: categoriesOf(chart),
    inverse: lying,
    axisTick: { show: false },
    axisLabel: {
      color: 'var(--chart-ink)',
      fontSize: 12,
      interval: 0,
      ...(lying && { width: names / WIDEST_FONT, overflow: 'break' as const }),
    },
  };
  const across =
    x.scale === 'category'
      ? category
      : {
          ...numberAxis(x, xs, { most: Math.floor(width / 90), few: 8, bytesPerLine }),
          ...(x.unit === 'ms' && spanOf(xs)),
        };
  const up = numberAxis(y, ys, { most: lying ? Math.floor(width / 130) : 4, bytesPerLine });
  const named = { name: heading(x.label, x.unit), nameLocation: 'middle' as const, nameGap: 8 };
  const ground = {
    axisLine: { show: true, lineStyle: { color: 'var(--chart-ink)' } },
    nameTextStyle: { color: 'var(--chart-ink)', fontSize: 12 },
  };
  const lines = { splitLine: { lineStyle: { color: 'var(--chart-grid)' } } };
  const xAxis = { ...ground, splitLine: { show: false }, ...across, ...(lying ? {} : named) };
  const yAxis = { ...ground, axisLine: { show: false }, ...lines, ...up };
  return {
    animation: false,
    textStyle: { fontFamily: 'Arial, Helvetica, sans-serif' },
    grid: {
      right: lying ? 44 : 18,
      top: 18,
      ...(lying
        ? { left: names + 10, bottom: bytesPerLine ? 36 : 24, outerBoundsMode: 'none' }
        : { left: 8, bottom: 4, outerBoundsMode: 'same' }),
    },
    ...(lying ? { xAxis: yAxis, yAxis: { ...xAxis, axisLine: { show: false } } } : { xAxis, yAxis }),
    series: seriesOf(chart, width, lying),
  };
}

function seriesOf(chart: Chart, width: number, lying: boolean) {
  const bands = chart.x.scale === 'category' ? [] : (chart.bands ?? []);
  const type = { line: 'line', bar: 'bar', points: 'scatter' } as const;
  const fewBars = barsOf(chart) * (lying ? 1 : 44) <= width;
  return chart.series.map(({ points }, i) => {
    const { colour, dash, symbol } = lookOf(i);
    return {
      type: type[chart.kind],
      data: points.map(({ x, y }) => (lying ? [y, x] : [x, y])),
      symbol,
      symbolSize: chart.kind === 'points' ? 9 : 7,
      showSymbol: hasMarkers(points),
      itemStyle: { color: colour, opacity: 1 },
      lineStyle: { color: colour, width: 2, type: dash },
      barMaxWidth: lying ? 14 : 44,
      ...(chart.kind === 'bar' &&
        fewBars && {
          label: {
            show: true,
            position: lying ? 'right' : 'top',
            color: 'var(--chart-ink)',
            formatter: ({ value }: { value: unknown }) =>
              tick(Number((value as unknown[])[lying ? 0 : 1]), chart.y.unit),
          },
        }),
      ...(i === 0 && bands.length > 0 && { markArea: markArea(bands) }),
    };
  }) as object[];
}

/** Bands carry their number; the page says beside the chart what each is. */
function markArea(bands: NonNullable<Chart['bands']>) {
  return {
    silent: true,
    itemStyle: { color: 'var(--chart-band)' },
    label: { color: 'var(--chart-ink)', position: 'insideTop', distance: 2, fontSize: 11 },
    data: bands.map(({ from, to }, i) => [{ name: String(i + 1), xAxis: from }, { xAxis: to }]),
  };
}

function spanOf(xs: readonly number[]) {
  return { min: xs.reduce((a, b) => Math.min(a, b), Infinity), max: xs.reduce((a, b) => Math.max(a, b), -Infinity) };
}

function categoriesOf({ series }: Pick<Chart, 'series'>): string[] {
  return [...new Set(series.flatMap(({ points }) => points.map(({ x }) => String(x))))];
}

/** Bars of a chart, all series together. */
export function barsOf(chart: Chart): number {
  return chart.series.length * categoriesOf(chart).length;
}
