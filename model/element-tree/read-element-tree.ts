import { SaxesParser } from 'saxes';
import type { Element } from './element-tree.ts';

const maximumBytes = 4 * 1024 * 1024;
const maximumDepth = 64;

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

/**
 * Reads a document that a packager or the platform wrote.
 *
 * Prefixes are kept as they stand, comments are dropped. Document types are refused, so no entity but XML's own five is ever expanded.
 *
 * @param xml with or without byte order mark
 * @param maximum largest document taken, in characters
 * @throws Error, one sentence: too large, too deep, not well-formed
 */
export function readElementTree(xml: string, maximum = maximumBytes): Element {
  if (xml.length > maximum) throw new Error(`the document is larger than ${maximum} characters`);
  const open: OpenElement[] = [];
  let root: Element | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new Error(`not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new Error('a document type is not allowed');
  });
  parser.on('opentag', (tag) => {
    if (open.length === maximumDepth) throw new Error(`elements are nested deeper than ${maximumDepth}`);
    const opened: OpenElement = { name: tag.name, attributes: { ...tag.attributes }, children: [], text: '' };
    open.at(-1)?.children.push(opened);
    root ??= opened;
    open.push(opened);
  });
  parser.on('text', (text) => addText(open, text));
  parser.on('cdata', (text) => addText(open, text));
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  parser.write(xml.startsWith('\uFEFF') ? xml.slice(1) : xml).close();
  if (root === undefined) throw new Error('the document has no element');
  return root;
}

function addText(open: readonly OpenElement[], text: string): void {
  const innermost = open.at(-1);
  if (innermost !== undefined) innermost.text += text;
}
