import type { DiagnosticList } from '../diagnostic-list.ts';
import { decodeText } from './decode-text.ts';
import { parseXml } from './parse-xml.ts';
import { isBearable, readSourceFile, type SourceFile } from './source-file.ts';
import type { XmlElement } from './xml-element.ts';

/**
 * Reads an XML file of the user's, whatever its encoding, within bounds.
 *
 * @param source a path, or content that is already there
 * @returns the root element, or undefined after a finding
 */
export function readXml(source: string | SourceFile, findings: DiagnosticList): XmlElement | undefined {
  const file = typeof source === 'string' ? readSourceFile(source, findings) : source;
  if (file === undefined || !isBearable(file, findings)) return undefined;
  const text = decodeText(file, findings);
  return text === undefined ? undefined : parseXml(file.name, text, findings);
}

/** The name of a source in findings. */
export function sourceName(source: string | SourceFile): string {
  return typeof source === 'string' ? source : source.name;
}
