import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from '../../core/load-results.ts';
import { barsOf, liesDown, optionOf, type Size } from './option.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, MarkAreaComponent, SVGRenderer]);

/** A chart as an SVG that scales: lines, bars and bands only, as legend and title stand in the page. Colours are the page's CSS variables. */
export function drawChart(chart: Chart, size: Size): string {
  const lying = liesDown(chart, size);
  const height = lying ? Math.max(size.height, 50 + barsOf(chart) * 18) : size.height;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height });
  try {
    drawing.setOption(optionOf(chart, size, lying));
    return slim(drawing.renderToSVGString());
  } finally {
    drawing.dispose();
  }
}

/** Without what only a script could use, and without a size of its own. */
function slim(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>\s*/, '')
    .replaceAll(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="\w+")/g, '')
    .replace(/<svg width="[\d.]+" height="[\d.]+"/, '<svg aria-hidden="true"')
    .replaceAll(/\n+/g, '');
}
