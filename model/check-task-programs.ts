import type { Diagnostic } from '../contracts/diagnostic.ts';
import type { RoleModel } from '../contracts/role-model.ts';
import type { FromSource, PluginModule, RoleDefinition, ServiceDefinition, ServiceModel } from '../contracts/service-model.ts';
import { DiagnosticList, type FindingPlace } from './diagnostic-list.ts';
import { pluginAgentOf } from './modules/plugin-programs.ts';
import { programOf } from './program-of.ts';
import { quote } from './quote.ts';
import { placeOf } from './rules/rule-context.ts';

/**
 * What stands in the way of running a service with the hosts there are: programs that need a Windows shell, and VM roles that name
 * no image. `rolevm up` refuses on these; a service with them is valid all the same.
 *
 * @returns findings of severity `error`, by place
 */
export function checkTaskPrograms(model: ServiceModel): Diagnostic[] {
  const findings = new DiagnosticList();
  const modules = model.roles.flatMap((role) => role.modules);
  for (const { message, place } of taskProgramFindings(model.definition, modules)) findings.error('RV1501', message, place);
  for (const { name, kind, definition, configuration } of model.roles) {
    if (kind !== 'VirtualMachineRole' || configuration.osImage !== undefined) continue;
    const mend = `Add <OsImage href="${name}.vhd" /> to its Role in the configuration, and make that image with rolevm image.`;
    const place = placeOf(model.definition.file, definition, 'VirtualMachineRole', mend);
    findings.error('RV1502', `VirtualMachineRole ${quote(name)} has no OsImage to boot from.`, place);
  }
  return findings.finish();
}

/**
 * The same for a package, whose tasks stand in the RoleModel.xml of each role and not in its definition (PL 2.1).
 *
 * @param file name of the package, for the findings
 */
export function checkPackagedPrograms(file: string, models: readonly RoleModel[]): Diagnostic[] {
  return models.flatMap((model) => {
    const { entryPoint } = model.runtime;
    const lines = [
      ...model.tasks
        .filter((task) => pluginAgentOf(task) === undefined)
        .map(({ commandLine }) => ({ called: 'Startup task', commandLine })),
      ...(entryPoint?.kind === 'ProgramEntryPoint' ? [{ called: 'ProgramEntryPoint', commandLine: entryPoint.commandLine }] : []),
    ];
    return lines.flatMap(({ called, commandLine }): Diagnostic[] => {
      const shell = shellOf(programOf(commandLine));
      if (shell === undefined) return [];
      const message = `${called} ${quote(commandLine)} of role ${quote(model.name)} needs ${shell}.`;
      return [{ code: 'RV1501', severity: 'error', message, file, subject: `${model.name}/RoleModel.xml`, mend: needsShellMend }];
    });
  });
}

export interface TaskProgramFinding {
  readonly message: string;
  readonly place: FindingPlace;
}

/**
 * Startup tasks and entry points whose program only cmd.exe or PowerShell can run; the host's own shell is never used.
 *
 * @param modules that the roles import; one that several import counts once
 */
export function taskProgramFindings(definition: ServiceDefinition, modules: readonly PluginModule[]): TaskProgramFinding[] {
  return [
    ...definition.roles.flatMap((role) =>
      programsOf(role).flatMap((program) => findingOf(definition.file, `role ${quote(role.name)}`, program)),
    ),
    ...[...new Set(modules)].flatMap(({ file, moduleName, startup }) =>
      file === undefined
        ? []
        : (startup?.tasks ?? [])
            .filter(({ commandLine }) => pluginAgentOf({ relativePath: `plugins\\${moduleName}`, commandLine }) === undefined)
            .flatMap((element) => findingOf(file, `module ${quote(moduleName)}`, taskElement(element))),
    ),
  ];
}

interface ProgramElement {
  readonly element: FromSource & { readonly commandLine: string };
  readonly subject: string;
  readonly called: string;
}

function programsOf(role: RoleDefinition): ProgramElement[] {
  const tasks = role.startup?.tasks ?? [];
  const entryPoint = role.kind === 'VirtualMachineRole' ? undefined : role.runtime?.entryPoint;
  return [
    ...tasks.map(taskElement),
    ...(entryPoint?.kind === 'ProgramEntryPoint'
      ? [{ element: entryPoint, subject: 'ProgramEntryPoint/@commandLine', called: 'ProgramEntryPoint' }]
      : []),
  ];
}

function taskElement(element: ProgramElement['element']): ProgramElement {
  return { element, subject: 'Task/@commandLine', called: 'Startup task' };
}

function findingOf(file: string, owner: string, { element, subject, called }: ProgramElement): TaskProgramFinding[] {
  const shell = shellOf(programOf(element.commandLine));
  if (shell === undefined) return [];
  const message = `${called} ${quote(element.commandLine)} of ${owner} needs ${shell}.`;
  return [{ message, place: placeOf(file, element, subject, needsShellMend) }];
}

const needsShellMend = 'rolevm runs executables, .js, .mjs and .cjs (with node) and .sh in this version: give it one of these.';

function shellOf(program: string): string | undefined {
  const name = program.toLowerCase().split(/[\\/]/).at(-1) ?? '';
  if (/\.(cmd|bat)$/.test(name) || /^cmd(\.exe)?$/.test(name)) return 'cmd.exe';
  return /\.ps1$/.test(name) || /^powershell(\.exe)?$/.test(name) ? 'PowerShell' : undefined;
}
