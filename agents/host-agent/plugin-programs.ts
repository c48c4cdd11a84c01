import fs from 'node:fs';
import path from 'node:path';
import type { RoleModel } from '../../contracts/role-model.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { bundleName } from '../../kernel/process-spec.ts';
import { pluginAgentOf } from '../../model/modules/plugin-programs.ts';
import { programOf } from '../../model/program-of.ts';
import { readRoleModel } from '../../model/role-model/read-role-model.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { toHostPath } from '../../sandbox/drive-path.ts';

/**
 * The agents of plug-ins that belong on the role's drive, as its RoleModel.xml says: they lie where a package has Azure's own, whose
 * place they take as those in base\ do.
 *
 * @returns host paths of the bundles and of the programs; none while there is no role model
 * @throws UserError RV3101 when a link in place of a plug-in's folder leads out of the drive
 */
export function pluginPrograms(
  { bundlesDirectory }: Pick<VmDocument, 'bundlesDirectory'>,
  layout: DriveLayout,
): readonly { readonly source: string; readonly target: string }[] {
  const programs = tasksOf(layout).flatMap((task) => {
    const agent = pluginAgentOf(task);
    if (agent === undefined) return [];
    const name = programOf(task.commandLine);
    const drivePath = path.win32.join(layout.roleRoot.drive, task.relativePath, /\.(exe|cmd)$/i.test(name) ? name : `${name}.exe`);
    return [{ source: path.join(bundlesDirectory, bundleName(agent)), target: toHostPath(layout.vmRoot, drivePath) }];
  });
  return [...new Map(programs.map((program) => [program.target, program])).values()];
}

/** None of a role model that cannot be read: the bootstrapper is the one that says so. */
function tasksOf(layout: DriveLayout): RoleModel['tasks'] {
  try {
    return readRoleModel(fs.readFileSync(layout.roleModel.host, 'utf8')).tasks;
  } catch {
    return [];
  }
}
