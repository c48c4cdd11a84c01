/** An XML element of a document that machines write and read: no positions, no comments, no mixed content. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly inside, without the spaces around it; empty for most. */
  readonly text: string;
}

/**
 * An element; attributes and children that are undefined are left out, so that optional ones can stand in place.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly (Element | undefined)[] = [],
  text = '',
): Element {
  const present = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { name, attributes: Object.fromEntries(present), children: children.filter((child) => child !== undefined), text };
}

/** The first child of that name. */
export function childOf(parent: Element | undefined, name: string): Element | undefined {
  return parent?.children.find((child) => child.name === name);
}

/** The children of that name, in document order. */
export function childrenOf(parent: Element | undefined, name: string): readonly Element[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/**
 * An attribute that has to be there.
 *
 * @throws Error, one sentence that names the element and the attribute
 */
export function requiredAttribute(of: Element, name: string): string {
  const value = of.attributes[name];
  if (value === undefined) throw new Error(`${of.name} has no attribute ${name}`);
  return value;
}

/**
 * A whole number from 0 that has to be there.
 *
 * @throws Error, one sentence that names the element and the attribute
 */
export function requiredNumber(of: Element, name: string): number {
  const text = requiredAttribute(of, name);
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${of.name}/@${name} is not a whole number: ${text.slice(0, 50)}`);
  return Number(text);
}
