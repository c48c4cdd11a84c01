import type { SourcePlace } from '../../contracts/source-place.ts';
import type { Mend } from '../diagnostic-list.ts';
import { nearestName } from '../nearest-name.ts';
import { quote, quoteName } from '../quote.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { type ContentNode, contentTree, namesIn } from './content-tree.ts';
import type { ChildRule, ElementRule } from './element-rules.ts';
import { readAttributes } from './read-attributes.ts';
import type { Reading } from './reading.ts';

type Values = Record<string, unknown>;

/**
 * Reads an element by its rule, with every finding about it and what it contains.
 *
 * @returns the typed value, or undefined when a required attribute or child is missing or wrong (after a finding)
 */
export function readElement<T>(rule: ElementRule<T>, node: XmlElement, reading: Reading): T | undefined {
  const attributes = readAttributes(rule.attributes, node, reading);
  const values: Values = rule.kind === undefined ? {} : { kind: rule.kind };
  Object.assign(values, attributes.values);
  for (const [field, child] of Object.entries(rule.children)) values[field] = emptyOf(child, node);
  const place: SourcePlace = { line: node.line, column: node.column, attributes: attributes.places };
  values.at = place;
  const whole = readContent(contentTree(rule), node, values, reading);
  if (!whole) reading.incomplete.add(values);
  const missing = Object.values(rule.children).filter((child) => child.needed !== 'never' && isMissing(child, node, reading));
  return attributes.complete && missing.length === 0 ? (values as T) : undefined;
}

function emptyOf(child: ChildRule<unknown>, node: XmlElement): unknown {
  if (child.how === 'list') return [];
  return child.how === 'present' ? node.children.some(({ name }) => Object.hasOwn(child.paths, name)) : undefined;
}

/** @returns false when a child could not be read */
function readContent(content: ContentNode, node: XmlElement, values: Values, reading: Reading): boolean {
  refuseText(node, reading);
  const seen = new Set<string>();
  let whole = true;
  for (const child of node.children) {
    if (child.uri !== reading.uri) {
      const message = `<${quoteName(child.name)}> belongs to the namespace ${quote(child.uri)} and is ignored.`;
      reading.findings.warning('RV1110', message, placeOf(child, reading, 'Remove it.'));
      continue;
    }
    const container = content.containers.get(child.name);
    if (container !== undefined) {
      if (seen.has(child.name)) refuseRepeated(child, node, reading);
      seen.add(child.name);
      readAttributes({}, child, reading);
      whole = readContent(container, child, values, reading) && whole;
    } else {
      whole = readTarget(content, child, node, values, reading) && whole;
    }
  }
  return whole;
}

function readTarget(content: ContentNode, child: XmlElement, parent: XmlElement, values: Values, reading: Reading): boolean {
  const target = content.targets.get(child.name);
  if (target === undefined) {
    refuseUnknown(content, child, parent, reading);
    return false;
  }
  if (target.child.how === 'single' && values[target.field] !== undefined) {
    refuseRepeated(child, parent, reading);
    return true;
  }
  const value = readElement(target.rule, child, reading);
  if (value === undefined) return false;
  if (target.child.how === 'list') (values[target.field] as unknown[]).push(value);
  else values[target.field] = value;
  return true;
}

/** Looks at the document and not at what was read, because an element that is there but wrong has its own finding. */
function isMissing(child: ChildRule<unknown>, node: XmlElement, reading: Reading): boolean {
  const paths = Object.keys(child.paths);
  if (child.needed === 'inContainer') {
    for (const path of paths) {
      const container = node.children.find(({ name, uri }) => name === path.split('/')[0] && uri === reading.uri);
      if (container === undefined || paths.some((one) => hasAt(node, one.split('/')))) continue;
      refuseMissing(container, paths, reading);
      return true;
    }
    return false;
  }
  if (paths.some((path) => hasAt(node, path.split('/')))) return false;
  refuseMissing(node, paths, reading);
  return true;
}

function hasAt(node: XmlElement, [first, ...rest]: string[]): boolean {
  return node.children.some((child) => child.name === first && (rest.length === 0 || hasAt(child, rest)));
}

function refuseMissing(node: XmlElement, paths: string[], reading: Reading): void {
  const name = paths.map((path) => `<${path.split('/').at(-1)}>`).join(' or ');
  const within =
    paths[0]
      ?.split('/')
      .slice(0, -1)
      .filter((one) => one !== node.name)
      .join('/') ?? '';
  const mend = `Add ${name} inside <${within === '' ? node.name : within}>.`;
  reading.findings.error('RV1107', `<${node.name}> has no ${name}.`, placeOf(node, reading, mend));
}

function refuseRepeated(child: XmlElement, parent: XmlElement, reading: Reading): void {
  const message = `<${child.name}> stands more than once in <${parent.name}>.`;
  reading.findings.error('RV1108', message, placeOf(child, reading, 'Put everything into the first one.'));
}

function refuseText(node: XmlElement, reading: Reading): void {
  if (node.textAt === undefined) return;
  const place = { file: reading.file, at: node.textAt, subject: node.name, mend: 'Remove it, or make it a comment: <!-- … -->.' };
  reading.findings.error('RV1109', `There is text inside <${node.name}>, where only elements may stand.`, place);
}

function refuseUnknown(content: ContentNode, child: XmlElement, parent: XmlElement, reading: Reading): void {
  const mend = () => {
    const home = homeOf(content, child.name);
    if (home !== undefined) return `Put it inside <${home}>.`;
    const names = namesIn(content);
    const near = nearestName(child.name, names);
    if (near !== undefined) return `Did you mean <${near}>?`;
    return names.length === 0 ? `<${parent.name}> must be empty: remove it.` : `Allowed here: ${names.join(', ')}.`;
  };
  reading.findings.error('RV1103', `<${quoteName(child.name)}> may not stand in <${parent.name}>.`, placeOf(child, reading, mend));
}

/** The neighbour inside which an element of this name may stand. */
function homeOf(content: ContentNode, name: string): string | undefined {
  const container = [...content.containers].find(([, inside]) => inside.targets.has(name));
  return container?.[0] ?? [...content.targets].find(([, { rule }]) => contentTree(rule).targets.has(name))?.[0];
}

function placeOf(node: XmlElement, reading: Reading, mend: Mend) {
  return { file: reading.file, at: { line: node.line, column: node.column }, subject: quoteName(node.name), mend };
}
