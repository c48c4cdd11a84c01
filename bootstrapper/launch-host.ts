import fs from 'node:fs';
import path from 'node:path';
import type { VmDocument } from '../contracts/vm-document.ts';
import { playedProcess } from '../kernel/process-spec.ts';
import type { LaunchSpec } from '../kernel/start-process.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import type { Role } from './read-role.ts';

/** How the role host is started: from base\x64 on the application drive, with the role's environment and nothing else. */
export function launchHost(role: Role, vm: VmDocument, layout: DriveLayout): LaunchSpec {
  const output = fs.openSync(layout.hostOutput(role.host).host, 'a');
  return playedProcess({
    name: role.host,
    program: path.join(layout.base.host, `${role.host}.exe`),
    bundlesDirectory: vm.bundlesDirectory,
    codeCacheDirectory: vm.codeCacheDirectory,
    vmRoot: layout.vmRoot,
    env: role.hostEnvironment,
    cwd: layout.approot.host,
    output,
    release: () => fs.closeSync(output),
  });
}
