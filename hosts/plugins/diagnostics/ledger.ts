import fs from 'node:fs';
import { writeAtomically } from '../../../kernel/write-atomically.ts';

/** What was collected of one file, by its identity: files are renamed when they rotate. */
export interface Collected {
  /** Bytes of the file that need not be looked at again. */
  readonly offset: number;
  /** Where they went, below the folder of the container. */
  readonly target: string;
  /** Bytes of the target up to there: more were written by a pass that was killed before it could say so. */
  readonly size: number;
}

/** What was collected, by container and file; written after each pass, so that a killed agent goes on where it was. */
export interface Ledger {
  /** To be changed in place. */
  of(container: string): Map<string, Collected>;
  /** @throws the file system's error when it cannot be written */
  save(): void;
}

/** Opens the ledger; one that is damaged is begun anew, and what it knew is collected beside what is there. */
export function openLedger(file: string): Ledger {
  const containers = new Map(Object.entries(read(file)).map(([name, files]) => [name, new Map(Object.entries(files).filter(isEntry))]));
  let saved = JSON.stringify(plain(containers));
  return {
    of: (container) => {
      const found = containers.get(container) ?? new Map<string, Collected>();
      containers.set(container, found);
      return found;
    },
    save: () => {
      const text = JSON.stringify(plain(containers));
      if (text === saved) return;
      writeAtomically(file, text);
      saved = text;
    },
  };
}

function plain(containers: ReadonlyMap<string, ReadonlyMap<string, Collected>>): object {
  return Object.fromEntries([...containers].map(([name, files]) => [name, Object.fromEntries(files)]));
}

function read(file: string): Record<string, object> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, files]) => typeof files === 'object' && files !== null));
  } catch {
    return {};
  }
}

/** A role can write into DiagnosticStore what it likes: a target must stay a path below its container. */
function isEntry(entry: [string, unknown]): entry is [string, Collected] {
  const { offset, target, size } = (entry[1] ?? {}) as Record<string, unknown>;
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  return (
    isCount(offset) && isCount(size) && typeof target === 'string' && !/^[\\/]|(^|[\\/])\.\.?([\\/]|$)|[:\0]/.test(target) && target !== ''
  );
}
