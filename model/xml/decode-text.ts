import { isUtf8 } from 'node:buffer';
import type { DiagnosticList } from '../diagnostic-list.ts';
import { quote } from '../quote.ts';
import { positionAt } from './position-finder.ts';
import type { SourceFile } from './source-file.ts';

/**
 * The text of an XML file, without its byte order mark.
 *
 * The byte order mark decides, whatever the declaration says (SM 2: Azure PowerShell wrote UTF-16 files). Without one the first bytes
 * tell UTF-16 from the rest, and only then the declaration counts.
 *
 * @returns the text, or undefined after a finding
 */
export function decodeText(source: SourceFile, findings: DiagnosticList): string | undefined {
  const { name: file, bytes } = source;
  const { encoding, markBytes } = encodingOf(bytes);
  if (encoding === 'utf-32') {
    findings.error('RV1003', 'The file is in UTF-32, which XML tools of Azure do not read.', { file, mend: 'Save it as UTF-8.' });
    return undefined;
  }
  const content = bytes.subarray(markBytes);
  const declared = declaredEncoding(content, encoding);
  if (encoding === undefined) return decodeDeclared(file, content, declared, findings);
  if (declared !== undefined && !agrees(declared, encoding)) warnOfDeclaration(file, declared, encoding, findings);
  return decodeAs(file, content, encoding, findings);
}

interface Detected {
  /** Undefined: neither a mark nor the first bytes tell. */
  readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32';
  readonly markBytes: number;
}

function encodingOf(bytes: Uint8Array): Detected {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    return { encoding: 'utf-32', markBytes: 4 };
  }
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return { encoding: 'utf-16le', markBytes: 0 };
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return { encoding: 'utf-16be', markBytes: 0 };
  return { markBytes: 0 };
}

/** The encoding named in the XML declaration, in lower case. */
function declaredEncoding(content: Uint8Array, encoding: Detected['encoding']): string | undefined {
  const head = content.subarray(0, 400);
  const text = encoding?.startsWith('utf-16') ? new TextDecoder(encoding).decode(head) : Buffer.from(head).toString('latin1');
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']/.exec(text)?.[1]?.toLowerCase();
}

function agrees(declared: string, encoding: string): boolean {
  return declared === encoding || (encoding.startsWith('utf-16') && /^(utf-?16|ucs-?2|unicode$)/.test(declared)) || declared === 'utf8';
}

function decodeDeclared(file: string, content: Uint8Array, declared: string | undefined, findings: DiagnosticList): string | undefined {
  if (declared === undefined || declared === 'utf-8' || declared === 'utf8') return decodeAs(file, content, 'utf-8', findings);
  // A string writer declares UTF-16 whatever the file is saved in; these bytes are not UTF-16.
  if (/^(utf-?16|ucs-?2|unicode$)/.test(declared)) {
    warnOfDeclaration(file, declared, 'utf-8', findings);
    return decodeAs(file, content, 'utf-8', findings);
  }
  if (!isKnownEncoding(declared)) {
    findings.error('RV1003', `The encoding ${quote(declared)} is not known.`, {
      file,
      at: { line: 1, column: 1 },
      mend: 'Save the file as UTF-8.',
    });
    return undefined;
  }
  return decodeAs(file, content, declared, findings);
}

function isKnownEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

function warnOfDeclaration(file: string, declared: string, encoding: string, findings: DiagnosticList): void {
  findings.warning('RV1004', `The XML declaration says ${quote(declared)}, but the file is in ${encoding.toUpperCase()}.`, {
    file,
    at: { line: 1, column: 1 },
    mend: `Declare encoding="${encoding.startsWith('utf-16') ? 'utf-16' : encoding}", or save the file as it is declared.`,
  });
}

function decodeAs(file: string, content: Uint8Array, encoding: string, findings: DiagnosticList): string | undefined {
  if (encoding === 'utf-8' && !isUtf8(content)) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
    return refuseBytes(file, encoding, text, firstBadCharacter(text, content), findings);
  }
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(content);
    return refuseBytes(file, encoding, text, text.indexOf('\ufffd'), findings);
  }
}

function refuseBytes(file: string, encoding: string, text: string, offset: number, findings: DiagnosticList): undefined {
  findings.error('RV1003', `The file is not valid ${encoding.toUpperCase()}.`, {
    file,
    at: positionAt(text, Math.max(0, offset)),
    mend: 'Save it as UTF-8, or declare the encoding that it has in the XML declaration.',
  });
  return undefined;
}

/** Index of the first replacement character that stands for bad bytes; a file may well contain real ones. */
function firstBadCharacter(text: string, bytes: Uint8Array): number {
  let offset = 0;
  let from = 0;
  for (;;) {
    const index = text.indexOf('\ufffd', from);
    if (index < 0) return -1;
    offset += Buffer.byteLength(text.slice(from, index));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return index;
    offset += 3;
    from = index + 1;
  }
}
