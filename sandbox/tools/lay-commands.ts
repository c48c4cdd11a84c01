import { join } from 'node:path';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import type { DriveLayout } from '../drive-layout.ts';
import { ensureDirectory } from '../ensure-directory.ts';
import { toolNames } from './tool-names.ts';

/**
 * Lets programs of this machine find the guest's tools by their bare names, as `execFileSync('sc')` in a startup task does: this system
 * takes no file named `sc.exe` for it. What they find starts the tool that lies on D:, and stands beside the drives, where nobody sees it.
 *
 * On Windows nothing is laid: programs there search for `sc.exe` and find this machine's own. Not tried on Windows yet.
 */
export async function layCommands(layout: DriveLayout, vm: Pick<VmDocument, 'bundlesDirectory' | 'codeCacheDirectory'>): Promise<void> {
  if (process.platform === 'win32') return;
  await ensureDirectory(layout.vmRoot, layout.commands);
  for (const name of toolNames) {
    const words = [
      process.execPath,
      join(vm.bundlesDirectory, 'boot.cjs'),
      `--cache=${vm.codeCacheDirectory}`,
      join(layout.system32.host, `${name}.exe`),
    ];
    writeAtomically(join(layout.commands, name), `#!/bin/sh\nexec ${words.map(quoted).join(' ')} "$@"\n`, { mode: 0o755 });
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
