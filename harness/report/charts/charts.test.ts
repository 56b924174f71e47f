import { describe, expect, test } from 'vitest';
import type { Chart } from '../../core/load-results.ts';
import { logMarks, numberAxis, roundStep } from './axis.ts';
import { drawChart } from './draw.ts';
import { chartFigure, tableOf } from './figure.ts';
import { CHART_COLOURS, lookOf } from './looks.ts';

const SIZE = { width: 560, height: 260 };
const chart = (over: Partial<Chart> = {}): Chart => ({
  title: 'p99 <against> the rate',
  x: { label: 'offered', unit: 'lines/s', scale: 'linear' },
  y: { label: 'p99', unit: 'ms' },
  kind: 'line',
  series: [
    { name: 'direct & plain', points: [1000, 2000, 4000].map((x) => ({ x, y: x * 2 })) },
    { name: 'redis', points: [1000, 4000].map((x) => ({ x, y: x === 1000 ? null : 9000 })) },
  ],
  ...over,
});
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

describe('a drawing', () => {
  test('scales with its place, in colours of the page, and brings no script, style or size of its own', () => {
    const svg = drawChart(chart(), SIZE);
    expect(svg).toMatch(/^<svg aria-hidden="true"[^>]* viewBox="0 0 560 260"/);
    expect(svg).toContain('stroke="var(--series-0)"');
    expect(svg).toContain('stroke="var(--series-1)"');
    expect(svg).not.toMatch(/<style|<script|class=|ecmeta|undefined|NaN/);
  });
  test('has marks that people read: times, sizes, MiB/s below lines/s', () => {
    expect(textsOf(drawChart(chart(), SIZE))).toEqual(expect.arrayContaining(['5s', '10s', 'offered (lines/s)']));
    expect(textsOf(drawChart(chart({ bytesPerLine: 2 ** 20 / 1000 }), SIZE))).toEqual(
      expect.arrayContaining(['4,000', '4 MiB/s']),
    );
  });
  test('shades and numbers its bands, but not where x is a category', () => {
    const bands = [{ label: 'down', from: 1500, to: 2500 }];
    expect(drawChart(chart({ bands }), SIZE)).toContain('fill="var(--chart-band)"');
    const category = chart({
      bands: [{ label: 'down', from: 0, to: 1 }],
      kind: 'bar',
      x: { label: 'part', unit: '', scale: 'category' },
      series: [{ name: 'one', points: ['a', 'b', 'c'].map((x) => ({ x, y: 1 })) }],
    });
    expect(drawChart(category, SIZE)).not.toContain('--chart-band');
  });
  test('lays bars down where names are long, and grows with their number', () => {
    const bars = (names: string[]) =>
      chart({
        kind: 'bar',
        x: { label: 'setting', unit: '', scale: 'category' },
        series: [{ name: 'rate', points: names.map((x) => ({ x, y: 5 })) }],
      });
    const many = Array.from({ length: 20 }, (_, i) => `a long name of a setting ${i}`);
    expect(drawChart(bars(['a', 'b']), SIZE)).toContain('viewBox="0 0 560 260"');
    expect(drawChart(bars(many), SIZE)).toContain('viewBox="0 0 560 410"');
  });
  test('a log axis leaves out what is 0, and a chart without a point is drawn all the same', () => {
    const log = chart({
      y: { label: 'p99', unit: 'ms', scale: 'log' },
      series: [{ name: 'a', points: [0, 5, 4000].map((y, x) => ({ x, y })) }],
    });
    expect(drawChart(log, SIZE)).not.toMatch(/NaN|Infinity/);
    expect(drawChart(chart({ series: [{ name: 'none', points: [] }] }), SIZE)).not.toMatch(/NaN|Infinity/);
    expect(
      drawChart(chart({ x: { label: 'x', unit: 'ms', scale: 'log' }, series: [{ name: 'none', points: [] }] }), SIZE),
    ).not.toMatch(/NaN|Infinity/);
  });
});

describe('an axis', () => {
  test('has marks at round times and powers of two', () => {
    expect(roundStep(238_000, 'ms', 6)).toBe(60_000);
    expect(roundStep(40 * 2 ** 20, 'bytes', 4)).toBe(16 * 2 ** 20);
    expect(roundStep(100, 'lines', 4)).toBeUndefined();
    expect(numberAxis({ unit: 'bytes' }, [0, 50 * 2 ** 20], { most: 4 })).toMatchObject({ min: 0, max: 64 * 2 ** 20 });
  });
  test('of logarithms has few values as its marks, else decades, or times', () => {
    expect(logMarks([1, 8, 2, 2], 'pods', 8)).toEqual([1, 2, 8]);
    expect(logMarks([3, 40, 700], 'lines', 0)).toEqual([1, 10, 100, 1000]);
    expect(logMarks([2100, 41_000, 52_000], 'ms', 0)).toEqual([1000, 10_000, 60_000]);
  });
});

test('looks of the first eight series differ, and the ninth is the first again', () => {
  const looks = Array.from({ length: 8 }, (_, i) => lookOf(i));
  expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(8);
  expect(lookOf(8)).toEqual(lookOf(0));
});

test('every colour of a series stands out from its ground, 3 to 1 at least', () => {
  const pairs = [...CHART_COLOURS.matchAll(/--series-\d: light-dark\((#\w{6}), (#\w{6})\)/g)];
  expect(pairs).toHaveLength(8);
  for (const [, light = '', dark = ''] of pairs) {
    expect(contrast(light, '#f6f7f9'), light).toBeGreaterThanOrEqual(3);
    expect(contrast(dark, '#1f2228'), dark).toBeGreaterThanOrEqual(3);
  }
});

describe('a chart in the page', () => {
  test('has title, legend, two drawings that say what they show, and the names of its bands', () => {
    const { markup } = chartFigure(chart({ bands: [{ label: 'down <503>', from: 60_000, to: 180_000 }] }));
    expect(markup).toContain('<figcaption>p99 &lt;against&gt; the rate</figcaption>');
    expect(markup).toContain('direct &amp; plain</li>');
    expect(
      markup.match(
        /role="img"[^>]*><title>p99 &lt;against&gt; the rate: lines of direct &amp; plain, redis; p99 against offered \(lines\/s\)<\/title>/g,
      ),
    ).toHaveLength(2);
    expect(markup).toContain('<li>down &lt;503&gt;, 60,000 to 180,000</li>');
  });
  test('has its figures as a table: one row for each x, a gap where there is none', () => {
    const late = chart();
    late.series[1]?.points.push({ x: 500, y: 7 });
    expect(tableOf(late)).toEqual({
      columns: [
        { title: 'offered', unit: 'lines/s' },
        { title: 'direct & plain', unit: 'ms' },
        { title: 'redis', unit: 'ms' },
      ],
      rows: [
        [500, null, 7],
        [1000, 2000, null],
        [2000, 4000, null],
        [4000, 8000, 9000],
      ],
    });
  });
});

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05). */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
