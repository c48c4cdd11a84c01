import type { ProcessIdentity } from '../../kernel/process-table/index.ts';

/** Something of an earlier run that nobody will come back for. */
export type Leftover =
  | { readonly kind: 'process'; readonly process: ProcessIdentity; readonly text: string }
  /** `path` is that of the file or folder. */
  | {
      readonly kind: 'lock' | 'stateFile' | 'drive' | 'door' | 'file' | 'snapshot' | 'restore';
      readonly path: string;
      readonly text: string;
    };

/** What it is, for comparing two looks. */
export function leftoverKey(leftover: Leftover): string {
  return leftover.kind === 'process' ? `${leftover.process.pid}.${leftover.process.startTicks}` : leftover.path;
}
