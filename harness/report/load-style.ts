import { CHART_COLOURS } from './charts/looks.ts';

/** Grounds and cards, and the colours of charts, beside the look of every page. */
export const GROUND_LOOK = `${CHART_COLOURS} --muted: light-dark(#555, #b4b4b4); --ground: light-dark(#fff, #16181c); --card: light-dark(#f6f7f9, #1f2228);`;

/** Styles of the report of a load, beside those of every report. Without a choice of the reader's, light or dark is as the system has it. */
export const LOAD_STYLE = `
:root { ${GROUND_LOOK}
  background: var(--ground); color: light-dark(#1a1a1a, #e8e8e8); }
:root[data-theme=light] { color-scheme: light; } :root[data-theme=dark] { color-scheme: dark; }
a { color: light-dark(#0b5cad, #8cc4ff); }
header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; color: var(--muted); font-size: .9rem; }
#theme { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .2rem .6rem; cursor: pointer; white-space: nowrap; }
.verdict { border-left: .5rem solid var(--odd); background: var(--card); border-radius: .4rem; padding: 1.1rem 1.4rem; margin: 1rem 0 2rem; }
.verdict.good { border-color: var(--good); } .verdict.bad { border-color: var(--bad); }
.verdict h1 { margin: 0 0 .8rem; font-size: clamp(1.3rem, 1rem + 1.6vw, 2.1rem); text-wrap: pretty; }
.verdict h2 { margin: 1rem 0 .2rem; font-size: .95rem; } .verdict ul { margin: 0; padding-left: 1.2rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .3rem; } h3 { margin: 2rem 0 .3rem; font-size: 1.1rem; }
.found { font-size: 1.05rem; margin: .3rem 0 1rem; max-width: 62rem; } .unmeasured { color: var(--muted); font-style: italic; }
.scroll { overflow: auto; margin: .8rem 0 1.2rem; } .scroll caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
.scroll td:first-child { font-weight: 500; } .scroll th.number { white-space: normal; }
.wide-table { font-size: .8rem; } .wide-table :is(th, td) { padding-inline: .35rem; } .wide-table th { font-size: .75rem; } .scroll thead th { vertical-align: bottom; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1.2rem; align-items: start; }
.charts:has(> :only-child) { grid-template-columns: minmax(0, 46rem); }
.chart { margin: 0; background: var(--card); border-radius: .5rem; padding: .8rem 1rem; min-width: 0; }
.chart figcaption { font-weight: 600; } .chart svg { max-width: 100%; } .chart > svg { display: block; width: 100%; height: auto; }
.chart > .narrow { display: none; } .chart .axis { margin: .4rem 0 0; font-size: .8rem; color: var(--muted); }
.legend, .bands { margin: .3rem 0 0; padding: 0; font-size: .85rem; display: flex; flex-wrap: wrap; gap: .1rem 1rem; }
.legend { list-style: none; } .legend svg { vertical-align: baseline; }
.bands { list-style-position: inside; } .bands li { background: var(--chart-band); border-radius: .2rem; padding: 0 .4rem; }
.chart details { border: 0; margin-top: .4rem; font-size: .85rem; } .chart .scroll { max-height: 22rem; }
details.trial > summary { padding: .3rem 0; } details.trial[open] { padding-bottom: 1.5rem; }
.trial summary b { margin-right: .5rem; } .changes { font-size: .9rem; color: var(--muted); }
pre.command { white-space: pre-wrap; }
@media (max-width: 40rem) { .chart > .wide { display: none; } .chart > .narrow { display: block; } .chart { padding: .7rem .6rem; } .verdict { padding: .8rem 1rem; } }
@media print {
  :root { color-scheme: light !important; font-size: 12px; } body { max-width: none; margin: 0; } #theme { display: none; }
  .chart, .verdict { break-inside: avoid; } .chart details { display: none; } .scroll { overflow: visible; max-height: none !important; }
  details.trial::details-content { content-visibility: visible; height: auto; }
  .charts { grid-template-columns: 1fr 1fr; } .wide-table, .wide-table th { font-size: 7.5px; } .wide-table :is(th, td) { padding-inline: 2px; }
}
`;

/** The one script of the page: a button that changes between light and dark. Without it the page reads as well. */
export const THEME_SCRIPT = `
const root = document.documentElement;
const button = document.createElement('button');
button.id = 'theme';
button.type = 'button';
const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
const label = () => { button.textContent = dark() ? 'Light' : 'Dark'; };
button.onclick = () => { root.dataset.theme = dark() ? 'light' : 'dark'; label(); };
label();
document.querySelector('header').append(button);
`;
