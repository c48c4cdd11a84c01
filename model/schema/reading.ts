import type { DiagnosticList } from '../diagnostic-list.ts';

/** One document being read. */
export interface Reading {
  readonly file: string;
  /** Namespace of the document's own elements. */
  readonly uri: string;
  readonly findings: DiagnosticList;
  /**
   * Elements with a child that could not be read. Rules that compare what is there with what should be there leave them out, so that
   * one slip of the pen gives one error and not a dozen.
   */
  readonly incomplete: WeakSet<object>;
}
