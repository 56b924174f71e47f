/** The colour of a CSS variable as a canvas takes it, light or dark as the page is right now. */
export function inkOf(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Has a chart fill its element, and be drawn anew where the reader changes between light and dark. */
export function keepFitting(element: HTMLElement, fit: (width: number) => void, redraw: () => void): void {
  new ResizeObserver(() => fit(element.clientWidth)).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}
