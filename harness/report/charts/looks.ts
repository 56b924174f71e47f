/**
 * How each series of a chart looks. Colours that people with any common colour blindness tell apart, after Okabe and Ito (jfly.uni-koeln.de/color, 2008),
 * darkened for light and lightened for dark ground until each has a contrast of 3 to 1 at least (WCAG 2.2, 1.4.11). Dash and marker differ as well.
 */
const LOOKS = [
  { light: '#0072b2', dark: '#5ab4ec', dash: 'solid', symbol: 'circle' },
  { light: '#d04a00', dark: '#ff9154', dash: 'solid', symbol: 'rect' },
  { light: '#00795a', dark: '#35cfa0', dash: 'solid', symbol: 'triangle' },
  { light: '#a23f77', dark: '#eb9ac8', dash: 'dashed', symbol: 'diamond' },
  { light: '#8a6a00', dark: '#f0d24a', dash: 'dashed', symbol: 'circle' },
  { light: '#4b4b4b', dark: '#c9c9c9', dash: 'dashed', symbol: 'rect' },
  { light: '#5548b8', dark: '#a9a1ff', dash: 'dotted', symbol: 'triangle' },
  { light: '#1f7d8c', dark: '#7fdbe8', dash: 'dotted', symbol: 'diamond' },
] as const;

/** What a series is drawn with; more than eight begin again from the first. */
export function lookOf(index: number): {
  colour: string;
  dash: (typeof LOOKS)[number]['dash'];
  symbol: (typeof LOOKS)[number]['symbol'];
} {
  const at = index % LOOKS.length;
  const { dash, symbol } = LOOKS[at] as (typeof LOOKS)[number];
  return { colour: `var(--series-${at})`, dash, symbol };
}

/** The colours as CSS variables, light and dark. */
export const CHART_COLOURS = `${LOOKS.map(({ light, dark }, i) => `--series-${i}: light-dark(${light}, ${dark});`).join(' ')}
  --chart-ink: light-dark(#444, #c6c6c6); --chart-grid: light-dark(#0002, #fff2); --chart-band: light-dark(#c050001f, #ffb07030);`;
