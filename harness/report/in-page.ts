// What a page has, for this file alone: with the types of a browser, every forgotten `name` of the harness would pass for the window's.
// biome-ignore-start lint/suspicious/noExplicitAny: as above
declare const document: any;
declare const innerWidth: number;
declare const getComputedStyle: (element: any) => any;
declare const SVGElement: any;
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/** A chart as the page shows it. Runs in the page, as all of this file. */
export function chartsShown() {
  return [...document.querySelectorAll('figure.chart')].map((figure) => {
    const shown = [...figure.querySelectorAll(':scope > svg')].filter(
      (svg) => svg.getBoundingClientRect().height > 100,
    );
    return {
      title: figure.querySelector('figcaption')?.textContent ?? '',
      drawings: shown.length,
      says: shown[0]?.querySelector('title')?.textContent ?? '',
      rows: figure.querySelectorAll('details tbody tr').length,
    };
  });
}

/** Opens all that is folded. */
export function unfold(): void {
  for (const one of document.querySelectorAll('details')) one.open = true;
}

/** Width of what there is and of the window, px. */
export function widths(): [number, number] {
  return [document.documentElement.scrollWidth, innerWidth];
}

/** Colour of the page's ground. */
export function ground(): string {
  return getComputedStyle(document.documentElement).backgroundColor;
}

/** Whether each chart of a trial can be seen. */
export function trialCharts(): boolean[] {
  return [...document.querySelectorAll('details.trial figure.chart')].map((one) => one.checkVisibility());
}

/** Words of drawings that are cut off or smaller than 9 px. */
export function wordsOutside(): string[] {
  return [...document.querySelectorAll('figure.chart > svg')].flatMap((svg) => {
    const box = svg.getBoundingClientRect();
    if (box.height === 0) return [];
    return [...svg.querySelectorAll('text')].flatMap((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const size = (parseFloat(getComputedStyle(text).fontSize) * box.width) / svg.viewBox.baseVal.width;
      const outside = left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
      return outside || size < 9
        ? [`${svg.querySelector('title')?.textContent}: ${text.textContent} (${size} px)`]
        : [];
    });
  });
}

/** Texts whose contrast to the ground below them is less than 4.5 (WCAG 2.2, 1.4.3). */
export function weakTexts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const over = (colours: string[]): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: number[]) => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const known = new Map<string, number>();
  const weak = new Set<string>();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!own || element.closest('script, style, title') || element.getBoundingClientRect().height === 0) continue;
    const grounds: string[] = [];
    for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const key = [...grounds, ink].join();
    if (!known.has(key)) {
      const [high, low] = [luminance(over(grounds)), luminance(over([...grounds, ink]))].sort((a, b) => b - a) as [
        number,
        number,
      ];
      known.set(key, (high + 0.05) / (low + 0.05));
    }
    if (known.get(key)! < 4.5)
      weak.add(
        `${element.tagName}.${element.getAttribute('class')}: ${element.textContent?.trim().slice(0, 40)}: ${known.get(key)}`,
      );
  }
  return [...weak];
}
