import type { EntryPointModel, RoleModel, SiteModel, TaskModel, VariableModel } from '../../contracts/role-model.ts';
import { type Element, element } from '../element-tree/element-tree.ts';
import { writeElementTree } from '../element-tree/write-element-tree.ts';

/**
 * RoleModel.xml as CSPack writes it (PL 3): attributes at their default are left out, `Environment` of a task is always there,
 * `Runtime` and `Properties` are always there, the other children only with content.
 *
 * @returns text without byte order mark; the file itself starts with one
 */
export function writeRoleModel(model: RoleModel): string {
  return writeElementTree(
    element(
      'RoleModel',
      {
        'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        name: model.name,
        version: model.version,
        xmlns: 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition',
      },
      [
        filled('Startup', model.tasks.map(taskElement)),
        runtimeElement(model),
        filled(
          'ConfigurationSettings',
          model.pluginSettings.map(({ name, nameSpace }) => element('Setting', { name, nameSpace })),
        ),
        element(
          'Properties',
          {},
          Object.entries(model.properties).map(([name, value]) => element('Property', { name, value })),
        ),
        filled('Sites', model.sites.map(siteElement)),
      ],
    ),
  );
}

function filled(name: string, children: readonly Element[]): Element | undefined {
  return children.length === 0 ? undefined : element(name, {}, children);
}

function taskElement(task: TaskModel): Element {
  const attributes = {
    commandLine: task.commandLine,
    executionContext: unless(task.executionContext, 'limited'),
    taskType: unless(task.taskType, 'simple'),
    relativePath: task.relativePath,
  };
  return element('Task', attributes, [element('Environment', {}, task.environment.map(variableElement))]);
}

function variableElement({ name, value, xpath }: VariableModel): Element {
  return element('Variable', { name, value }, [xpath === undefined ? undefined : element('RoleInstanceValue', { xpath })]);
}

function runtimeElement({ runtime }: RoleModel): Element {
  const attributes = {
    // Whoever runs a program speaks the pipe protocol of that version; a .NET entry point does not (PL 3).
    protocolVersion: runtime.entryPoint?.kind === 'ProgramEntryPoint' ? '2011-03-08' : undefined,
    executionContext: unless(runtime.executionContext, 'limited'),
  };
  return element('Runtime', attributes, [
    filled('Environment', runtime.environment.map(variableElement)),
    runtime.entryPoint === undefined ? undefined : element('EntryPoint', {}, [entryPointElement(runtime.entryPoint)]),
  ]);
}

function entryPointElement(entryPoint: EntryPointModel): Element {
  if (entryPoint.kind === 'NetFxEntryPoint') {
    const { kind, assemblyName, targetFrameworkVersion } = entryPoint;
    return element(kind, { assemblyName, targetFrameworkVersion });
  }
  const { kind, commandLine, setReadyOnProcessStart } = entryPoint;
  return element(kind, { commandLine, setReadyOnProcessStart: String(setReadyOnProcessStart) });
}

function siteElement(site: SiteModel): Element {
  const bindings = site.bindings.map(({ name, endpointName, hostHeader }) => element('Binding', { name, endpointName, hostHeader }));
  return element('Site', { name: site.name, physicalDirectory: site.physicalDirectory }, [element('Bindings', {}, bindings)]);
}

function unless(value: string, byDefault: string): string | undefined {
  return value === byDefault ? undefined : value;
}
