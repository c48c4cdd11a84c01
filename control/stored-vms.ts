import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deploymentStore } from '../fabric/deployment-store.ts';

/** The folder of a VM and its drives, whether it runs or not. */
export interface StoredVm {
  readonly instance: string;
  /** Host path; holds the drives as C, D, E or F. */
  readonly root: string;
  /** Letters of the drives that exist. */
  readonly letters: readonly string[];
}

/** The VMs of a state directory, by name. Readable after `down` and after a power loss as well. */
export function storedVms(stateDirectory: string): readonly StoredVm[] {
  const { vmsDirectory } = deploymentStore(stateDirectory);
  // Beside the VMs lies what their role code finds as rolevm/runtime.
  return foldersIn(vmsDirectory)
    .filter((name) => /_IN_\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((instance) => {
      const root = join(vmsDirectory, instance);
      return { instance, root, letters: foldersIn(root).filter((name) => /^[C-F]$/.test(name)) };
    });
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
