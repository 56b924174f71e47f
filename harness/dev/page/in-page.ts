// What a page has, for this file alone, as in harness/report/in-page.ts.
// biome-ignore-start lint/suspicious/noExplicitAny: as above
declare const document: any;
declare const window: any;
declare const PerformanceObserver: any;
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/** Whatever can be pressed or filled in and has no name that a screen reader could say. Runs in the page, as all of this file. */
export function nameless(): string[] {
  const named = (element: { [key: string]: unknown; getAttribute(name: string): string | null }) =>
    element.getAttribute('aria-label') ||
    element['ariaLabel'] ||
    (element['labels'] as unknown[] | null)?.length ||
    String(element['textContent'] ?? '').trim();
  return [...document.querySelectorAll('button, input, select, a, [role="img"], meter, dialog, [tabindex="0"]')]
    .filter((element) => !named(element) && !element.getAttribute('aria-labelledby'))
    .map((element) => element.outerHTML.slice(0, 120));
}

/** Begins to note tasks that blocked the page for more than 50 ms. */
export function watchLongTasks(): void {
  window.longTasks = [];
  new PerformanceObserver((list: { getEntries(): { duration: number }[] }) => {
    window.longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)));
  }).observe({ type: 'longtask', buffered: true });
}

/** Such tasks until now, ms; begins anew. None where the page is not there yet. */
export function longTasks(): number[] {
  return window.longTasks?.splice(0) ?? [];
}
