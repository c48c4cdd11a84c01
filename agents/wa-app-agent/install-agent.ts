import fs from 'node:fs';
import path from 'node:path';
import { bundleName } from '../../kernel/process-spec.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { ensureDirectory } from '../../sandbox/ensure-directory.ts';
import { agentDocument, installedAgent } from '../../sandbox/installed-agent.ts';

export interface AgentInstaller {
  /** Installs the guest agent where it is missing. */
  repair(): Promise<{ readonly version: string; readonly wasMissing: boolean }>;
  /** Lays a version beside the present one. Done twice it does no harm. @returns the version installed now */
  lay(version: string): Promise<string>;
  /** Makes the version that was laid last the installed one; it needs no room on the disk. */
  switchTo(version: string): void;
}

/**
 * The versions of WindowsAzureGuestAgent on D:. Former ones stay.
 *
 * @param bundlesDirectory host folder of what every version is a copy of
 * @throws the file system's error; UserError RV3103 when something else is in the place of a folder
 */
export function agentInstaller(layout: DriveLayout, bundlesDirectory: string): AgentInstaller {
  const { guestAgentDocument: document } = layout;
  const prepared = `${document.host}.next`;
  const programOf = (version: string) => layout.guestAgentProgram(version).host;
  const content = (version: string) => `${JSON.stringify({ version })}\n`;
  const copy = async (version: string) => {
    const program = programOf(version);
    const beside = `${program}.new`;
    await ensureDirectory(layout.vmRoot, path.dirname(program));
    fs.rmSync(beside, { force: true });
    // The service may be starting from it at this moment: it finds a whole program.
    const { COPYFILE_EXCL, COPYFILE_FICLONE } = fs.constants;
    fs.copyFileSync(path.join(bundlesDirectory, bundleName('WindowsAzureGuestAgent')), beside, COPYFILE_EXCL | COPYFILE_FICLONE);
    fs.renameSync(beside, program);
  };
  return {
    repair: async () => {
      const version = installedAgent(layout);
      const isThere = fs.existsSync(programOf(version));
      if (!isThere) await copy(version);
      if (agentDocument(layout) === undefined) writeAtomically(document.host, content(version));
      return { version, wasMissing: !isThere };
    },
    lay: async (version) => {
      await copy(version);
      writeAtomically(prepared, content(version));
      return installedAgent(layout);
    },
    switchTo: (version) => {
      // Somebody may have taken it away since.
      if (fs.existsSync(prepared)) fs.renameSync(prepared, document.host);
      if (installedAgent(layout) !== version) writeAtomically(document.host, content(version));
    },
  };
}
