import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { agentVersionForm } from '../contracts/agent-version.ts';
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

const kept = z.object({
  deploymentId: z.string(),
  roleDrive: z.enum(['E', 'F']),
  eventDone: z.int().check(z.nonnegative()),
  agentVersion: z.optional(agentVersionForm),
});

/**
 * What a VM of this deployment keeps from one power-on to the next.
 *
 * @returns undefined when there was none, or when its document cannot be read: then it begins anew
 */
export function formerVmDocument(
  vmRoot: string,
  deploymentId: string,
): Pick<VmDocument, 'roleDrive' | 'eventDone' | 'agentVersion'> | undefined {
  try {
    const { deploymentId: owner, ...former } = kept.parse(JSON.parse(fs.readFileSync(vmDocumentFile(vmRoot), 'utf8')));
    return owner === deploymentId ? former : undefined;
  } catch {
    return undefined;
  }
}

/** The host agent is its only writer. */
export function writeVmDocument(vmRoot: string, vm: VmDocument): void {
  writeAtomically(vmDocumentFile(vmRoot), `${JSON.stringify(vm)}\n`);
}
