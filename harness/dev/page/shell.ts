import { html, raw } from '../../report/html.ts';
import { GROUND_LOOK } from '../../report/load-style.ts';
import { LOOK } from '../../report/page.ts';
import { hashOf, IMPORT_MAP } from './assets.ts';

/**
 * Loads the page anew where a part of it did not come. A browser gives up what it is loading whenever Docker gives a container its network (ERR_NETWORK_CHANGED), which
 * is what happens beside this page. Three times at most: main.ts forgets the count once it runs.
 */
const TRY_AGAIN = `addEventListener('error', ({ target }) => {
  if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
  const tries = Number(sessionStorage.tries ?? 0) + 1;
  sessionStorage.tries = tries;
  if (tries <= 3) setTimeout(() => location.reload(), 300);
}, true);`;

/** Hashes by which the page's rules let in the scripts that stand in the page itself. */
export const SCRIPT_HASHES = [IMPORT_MAP, TRY_AGAIN].map(hashOf);

/** The page before its scripts have run. */
export const SHELL = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Sidecar pipeline</title><link rel="icon" href="data:,">
<script>${raw(TRY_AGAIN)}</script><link rel="stylesheet" href="/look.css"><link rel="stylesheet" href="/packages/uplot/dist/uPlot.min.css">
${['page', 'way', 'logs', 'reading'].map((name) => html`<link rel="stylesheet" href="/harness/dev/page/client/${name}.css">`)}
<script type="importmap">${raw(IMPORT_MAP)}</script>
<script type="module" src="/harness/dev/page/client/main.ts"></script></head>
<body><div id="page"><noscript>This page needs scripts; npm run logs and npm run probe do without.</noscript></div></body></html>
`.markup;

/** What this page has of the reports' look; the edges of what can be pressed stand out more than lines do (WCAG 2.2, 1.4.11). */
export const LOOK_CSS = `${LOOK}\n:root { ${GROUND_LOOK} --edge: light-dark(#767b85, #868c98); }\n`;
