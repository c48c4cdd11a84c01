/** Markup that is safe to stand inside an element: made by `element` or `textOf` only. */
export type Markup = string & { readonly markup: unique symbol };

/**
 * One XML element with everything in it escaped.
 *
 * @param attributes numbers are written with at most two digits behind the point
 */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly Markup[]): Markup {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`,
  );
  const open = `<${name}${written.join('')}`;
  return (children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`) as Markup;
}

export function textOf(text: string): Markup {
  return escaped(text) as Markup;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** XML 1.0 has no place for most control characters and for halves of surrogate pairs, not even escaped. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function rounded(value: number): string {
  return String(Number(value.toFixed(2)));
}
