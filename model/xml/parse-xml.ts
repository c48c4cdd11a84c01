import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import type { Position } from '../../contracts/source-place.ts';
import type { DiagnosticList } from '../diagnostic-list.ts';
import { describeXmlError } from './describe-xml-error.ts';
import { PositionFinder, positionAt } from './position-finder.ts';
import type { XmlAttribute, XmlElement } from './xml-element.ts';

/** Bounds of one document; Azure's schemas are nine levels deep and a service of 25 roles has some thousand elements. */
export const xmlLimits = { depth: 64, elements: 50_000, attributes: 200_000 } as const;

const xmlnsUri = 'http://www.w3.org/2000/xmlns/';

interface OpenElement extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: OpenElement[];
  textAt?: Position;
}

/**
 * Parses an XML document into a tree in which every element and attribute knows its place.
 *
 * Document type declarations are refused, and with them entity bombs and external entities.
 *
 * @param file name in findings
 * @param text without byte order mark
 * @returns the root, or undefined after a finding
 */
export function parseXml(file: string, text: string, findings: DiagnosticList): XmlElement | undefined {
  const builder = new TreeBuilder(text);
  try {
    return builder.parse();
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    const { code, message, at, mend } = error;
    findings.error(code, message, { file, at, mend });
    return undefined;
  }
}

class XmlProblem extends Error {
  constructor(
    readonly code: 'RV1005' | 'RV1006' | 'RV1007',
    message: string,
    readonly at: Position,
    readonly mend: string,
  ) {
    super(message);
  }
}

class TreeBuilder {
  readonly #text: string;
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
  readonly #positions: PositionFinder;
  readonly #open: OpenElement[] = [];
  #root: OpenElement | undefined;
  #closed: OpenElement | undefined;
  #elements = 0;
  #attributes = 0;
  /** Where the tag being read starts, and its attributes so far. */
  #tagAt: Position = { line: 1, column: 1 };
  #attributePlaces: { readonly name: string; readonly at: Position }[] = [];
  /** Up to here the text is dealt with: end of the tag's name or of the attribute before. */
  #done = 0;
  /** Behind the last tag, comment or instruction: here text begins. */
  #contentFrom = 0;

  constructor(text: string) {
    this.#text = text;
    this.#positions = new PositionFinder(text);
    this.#parser.on('error', (error) => this.#fail(error));
    this.#parser.on('doctype', () => this.#refuseDoctype());
    this.#parser.on('opentagstart', (tag) => this.#startTag(tag.name));
    this.#parser.on('attribute', (attribute) => this.#placeAttribute(attribute.name));
    this.#parser.on('opentag', (tag) => this.#openElement(tag));
    this.#parser.on('text', (content) => this.#noteText(content));
    this.#parser.on('cdata', (content) => {
      this.#noteText(content);
      this.#contentFrom = this.#parser.position;
    });
    this.#parser.on('comment', () => {
      // Told before its last character.
      this.#contentFrom = this.#parser.position + 1;
    });
    this.#parser.on('processinginstruction', () => {
      this.#contentFrom = this.#parser.position;
    });
    this.#parser.on('closetag', () => {
      this.#closed = this.#open.pop();
      this.#contentFrom = this.#parser.position;
    });
  }

  parse(): XmlElement {
    this.#parser.write(this.#text).close();
    if (this.#root === undefined) throw new Error('an XML document without errors has a root');
    return this.#root;
  }

  #startTag(name: string): void {
    // The parser has read the name and the character behind it.
    this.#done = this.#parser.position - 1;
    this.#tagAt = this.#positions.at(this.#done - name.length - 1);
    this.#attributePlaces = [];
    this.#elements += 1;
    if (this.#elements > xmlLimits.elements) this.#refuseLimit(`more than ${xmlLimits.elements} elements`);
    if (this.#open.length >= xmlLimits.depth) this.#refuseLimit(`elements nested more than ${xmlLimits.depth} deep`);
  }

  #placeAttribute(name: string): void {
    this.#attributePlaces.push({ name, at: this.#positions.at(this.#skipSpace(this.#done)) });
    this.#done = this.#parser.position;
    this.#attributes += 1;
    if (this.#attributes > xmlLimits.attributes) this.#refuseLimit(`more than ${xmlLimits.attributes} attributes`);
  }

  #openElement(tag: SaxesTagNS): void {
    const attributes: XmlAttribute[] = [];
    for (const { name, at } of this.#attributePlaces) {
      const attribute: SaxesAttributeNS | undefined = tag.attributes[name];
      if (attribute === undefined || attribute.uri === xmlnsUri) continue;
      attributes.push({ name: attribute.local, uri: attribute.uri, value: attribute.value, ...at });
    }
    const element: OpenElement = { name: tag.local, uri: tag.uri, ...this.#tagAt, attributes, children: [] };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
    this.#open.push(element);
    this.#contentFrom = this.#parser.position;
  }

  #noteText(content: string): void {
    const parent = this.#open.at(-1);
    if (parent === undefined || parent.textAt !== undefined || content.trim() === '') return;
    parent.textAt = this.#positions.at(this.#skipSpace(this.#contentFrom));
  }

  #skipSpace(offset: number): number {
    let index = offset;
    while (this.#text.charCodeAt(index) <= 0x20) index += 1;
    return index;
  }

  #refuseDoctype(): never {
    const at = positionAt(this.#text, this.#text.lastIndexOf('<!DOCTYPE', this.#parser.position));
    throw new XmlProblem(
      'RV1006',
      'The file has a document type declaration (<!DOCTYPE …>).',
      at,
      'Remove it: no file of a service model has one.',
    );
  }

  #refuseLimit(what: string): never {
    throw new XmlProblem('RV1007', `The document has ${what}.`, this.#tagAt, 'Check that this is the right file.');
  }

  #fail(error: Error): never {
    const reason = error.message.replace(/^\d+:\d+: /, '');
    const here = { line: this.#parser.line, column: Math.max(1, this.#parser.column) };
    const places = this.#attributePlaces;
    const { message, at, mend } = describeXmlError(reason, {
      here,
      closed: this.#closed,
      unclosed: this.#open.at(-1),
      repeatedAttribute: places.find(({ name }, index) => places.slice(0, index).some((one) => one.name === name))?.at,
    });
    throw new XmlProblem('RV1005', message, at, mend);
  }
}
