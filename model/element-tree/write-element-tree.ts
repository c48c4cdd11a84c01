import type { Element } from './element-tree.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 cannot hold
const impossible = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/**
 * The document as the .NET serializer of the SDK lays it out: declaration, two spaces a level, CRLF, no line end after the root.
 *
 * @returns text without byte order mark; whoever writes the file decides about it
 * @throws Error when a value holds a character that XML cannot hold
 */
export function writeElementTree(root: Element): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>'];
  writeElement(lines, root, '');
  return lines.join('\r\n');
}

function writeElement(lines: string[], element: Element, indent: string): void {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeXml(value, element.name)}"`);
  const start = `${indent}<${element.name}${attributes.join('')}`;
  if (element.children.length === 0) {
    lines.push(element.text === '' ? `${start} />` : `${start}>${escapeXml(element.text, element.name)}</${element.name}>`);
    return;
  }
  lines.push(`${start}>`);
  for (const child of element.children) writeElement(lines, child, `${indent}  `);
  lines.push(`${indent}</${element.name}>`);
}

function escapeXml(value: string, where: string): string {
  if (impossible.test(value)) throw new Error(`${where} holds a control character, which XML cannot hold`);
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;');
}
