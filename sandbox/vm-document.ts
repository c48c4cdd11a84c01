import fs from 'node:fs';
import path from 'node:path';
import type { VmDocument } from '../contracts/vm-document.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';

/** Where it lies: beside the drives. */
export function vmDocumentFile(vmRoot: string): string {
  return path.join(vmRoot, 'vm.json');
}

/** Reads what the host agent hands to its guest. It lies beside the drives, where no role has business. */
export function readVmDocument(vmRoot: string): VmDocument {
  return JSON.parse(fs.readFileSync(vmDocumentFile(vmRoot), 'utf8')) as VmDocument;
}

/** The host agent is its only writer. */
export function writeVmDocument(vmRoot: string, vm: VmDocument): void {
  writeAtomically(vmDocumentFile(vmRoot), `${JSON.stringify(vm)}\n`);
}
