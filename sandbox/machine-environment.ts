import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import type { VmDocument } from '../contracts/vm-document.ts';
import type { DriveLayout } from './drive-layout.ts';

/**
 * The environment of the machine, which services find (W): nothing of the role, nothing of the emulator's own but the PATH. Paths are
 * host paths, because the programs are programs of this machine.
 *
 * @param hostPath the PATH of this machine. The guest's tools stand before it: `sc` of this machine, where it has one, is never meant
 * @param systemRoot this machine's own, only where it is Windows: its programs load parts of the system from there and do not start
 *   without it, so windir and SystemRoot cannot lead to the guest's D:\Windows then. Not tried on Windows yet.
 */
export function machineEnvironment(
  layout: DriveLayout,
  vm: Pick<VmDocument, 'machineName'>,
  hostPath: string,
  systemRoot?: string,
): Record<string, string> {
  const windows = systemRoot ?? layout.windows.host;
  return {
    TEMP: layout.windowsTemp.host,
    TMP: layout.windowsTemp.host,
    windir: windows,
    SystemRoot: windows,
    ProgramFiles: layout.programFiles.host,
    'ProgramFiles(x86)': layout.programFiles32.host,
    PATH: [layout.commands, layout.system32.host, hostPath].filter((part) => part !== '').join(delimiter),
    COMPUTERNAME: vm.machineName,
    // SYSTEM shows itself under the name of its machine (W).
    USERNAME: `${vm.machineName}$`,
    NUMBER_OF_PROCESSORS: String(availableParallelism()),
  };
}
