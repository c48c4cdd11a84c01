import type { Position } from '../../contracts/source-place.ts';
import type { Mend } from '../diagnostic-list.ts';
import { nearestName } from '../nearest-name.ts';
import { quote, quoteName } from '../quote.ts';
import type { XmlAttribute, XmlElement } from '../xml/xml-element.ts';
import type { AttributeRule } from './attribute-rules.ts';
import type { Reading } from './reading.ts';

/** Attributes that any XML document may carry without meaning: xsi:schemaLocation, xml:lang. */
const silentUris: readonly string[] = ['http://www.w3.org/2001/XMLSchema-instance', 'http://www.w3.org/XML/1998/namespace'];

export interface ReadAttributes {
  readonly values: Record<string, unknown>;
  /** Places of the stated ones. */
  readonly places: Record<string, Position>;
  /** False when a required one is missing or wrong. */
  readonly complete: boolean;
}

/** Reads the attributes of an element by their rules; unknown, missing and wrong ones become findings. */
export function readAttributes(
  rules: Readonly<Record<string, AttributeRule<unknown>>>,
  node: XmlElement,
  reading: Reading,
): ReadAttributes {
  const values: Record<string, unknown> = {};
  const places: Record<string, Position> = {};
  const stated = new Map<string, XmlAttribute>();
  for (const attribute of node.attributes) {
    if (attribute.uri !== '') noteForeign(attribute, node, reading);
    else if (Object.hasOwn(rules, attribute.name)) stated.set(attribute.name, attribute);
    else refuseUnknown(attribute, Object.keys(rules), stated, node, reading);
  }
  let complete = true;
  for (const [name, rule] of Object.entries(rules)) {
    const attribute = stated.get(name);
    if (attribute === undefined) {
      if (rule.required) refuseMissing(name, rule, node, reading);
      values[name] = rule.fallback;
      complete &&= !rule.required;
      continue;
    }
    places[name] = { line: attribute.line, column: attribute.column };
    const value = rule.parse(attribute.value);
    if (value === undefined) refuseValue(attribute, rule, node, reading);
    complete &&= value !== undefined || !rule.required;
    values[name] = value ?? rule.fallback;
  }
  return { values, places, complete };
}

function noteForeign(attribute: XmlAttribute, node: XmlElement, reading: Reading): void {
  if (silentUris.includes(attribute.uri)) return;
  const message = `The attribute ${quote(attribute.name)} belongs to the namespace ${quote(attribute.uri)} and is ignored.`;
  reading.findings.warning('RV1110', message, placeOf(attribute, node, reading, 'Remove it.'));
}

function refuseUnknown(
  attribute: XmlAttribute,
  known: string[],
  stated: ReadonlyMap<string, XmlAttribute>,
  node: XmlElement,
  reading: Reading,
): void {
  const open = known.filter((name) => !stated.has(name));
  const mend = () => {
    const near = nearestName(attribute.name, open);
    if (near !== undefined) return `Did you mean ${near}?`;
    return open.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`;
  };
  const message = `<${node.name}> has no attribute ${quote(attribute.name)}.`;
  reading.findings.error('RV1104', message, placeOf(attribute, node, reading, mend));
}

function refuseMissing(name: string, rule: AttributeRule<unknown>, node: XmlElement, reading: Reading): void {
  reading.findings.error('RV1105', `<${node.name}> needs the attribute ${name}.`, {
    file: reading.file,
    at: { line: node.line, column: node.column },
    subject: `${node.name}/@${name}`,
    mend: `Add ${name}="…": ${rule.expected}.`,
  });
}

function refuseValue(attribute: XmlAttribute, rule: AttributeRule<unknown>, node: XmlElement, reading: Reading): void {
  const message = `${attribute.name}=${quote(attribute.value)} is not ${rule.expected}.`;
  const mend = () => {
    const near = nearestName(attribute.value, rule.choices ?? []);
    return near === undefined ? `Write ${rule.expected}.` : `Did you mean ${near}?`;
  };
  reading.findings.error('RV1106', message, placeOf(attribute, node, reading, mend));
}

function placeOf(attribute: XmlAttribute, node: XmlElement, reading: Reading, mend: Mend) {
  const subject = `${node.name}/@${quoteName(attribute.name)}`;
  return { file: reading.file, at: { line: attribute.line, column: attribute.column }, subject, mend };
}
