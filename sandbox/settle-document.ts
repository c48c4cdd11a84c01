import type { $ZodType } from 'zod/v4/core';
import { writeAtomically } from '../kernel/write-atomically.ts';
import { readDocument } from './read-document.ts';

/** A document of the guest's Windows: JSON in a file on a drive. */
export interface DocumentKind<Document> {
  /** What a sentence calls it. */
  readonly name: string;
  readonly form: $ZodType<Document>;
  readonly maxBytes: number;
}

export interface Settled<Document> {
  readonly before: Document | undefined;
  readonly document: Document;
  /** Why what was there could not be read; it is replaced then. */
  readonly damage?: string;
}

/**
 * Brings a document to what it should be, and writes it only when that is something new: nothing is written at most starts.
 *
 * @param file host path; its folder exists
 * @param settle makes it from the one that is there, undefined when there is none or it cannot be read
 * @throws the file system's error when it cannot be written
 */
export function settleDocument<Document>(
  file: string,
  kind: DocumentKind<Document>,
  settle: (before: Document | undefined) => Document,
): Settled<Document> {
  let before: Document | undefined;
  let damage: string | undefined;
  try {
    before = readDocument(file, kind.form, kind.maxBytes);
  } catch (error) {
    damage = error instanceof Error ? error.message : String(error);
  }
  const document = settle(before);
  const text = documentText(document);
  if (before === undefined || documentText(before) !== text) writeAtomically(file, text);
  return { before, document, ...(damage === undefined ? {} : { damage }) };
}

/** How such documents are written. */
export function documentText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
