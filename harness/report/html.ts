/** Markup that is safe to stand in a page. Only {@link html} makes it of texts; {@link raw} vouches for what a program made. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly Part[] | undefined | null | false;

/** Markup with every text and number in it escaped; `undefined`, `null` and `false` stand for nothing, a list for its members one after another. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(markupOf)));
}

/** Markup that no user has a word in. */
export function raw(markup: string): Html {
  return new Html(markup);
}

/** Text as HTML shows it, between double quotes too. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part ? part.map(markupOf).join('') : '';
}
