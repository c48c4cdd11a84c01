import type {
  EntryPointModel,
  ExecutionContext,
  RoleModel,
  RuntimeModel,
  SiteModel,
  TaskModel,
  TaskType,
  VariableModel,
} from '../../contracts/role-model.ts';
import { childOf, childrenOf, type Element, requiredAttribute } from '../element-tree/element-tree.ts';
import { readElementTree } from '../element-tree/read-element-tree.ts';

/**
 * Reads RoleModel.xml (PL 3), whoever packed it; what rolevm has no use for is passed over.
 *
 * @param xml at most 4 MB
 * @throws Error, one sentence that says what is wrong with the document
 */
export function readRoleModel(xml: string): RoleModel {
  const root = readElementTree(xml);
  if (root.name !== 'RoleModel') throw new Error(`the root element is ${root.name}, not RoleModel`);
  const settings = childrenOf(childOf(root, 'ConfigurationSettings'), 'Setting');
  const properties = childrenOf(childOf(root, 'Properties'), 'Property');
  return {
    name: requiredAttribute(root, 'name'),
    version: root.attributes.version ?? '',
    tasks: childrenOf(childOf(root, 'Startup'), 'Task').map(taskOf),
    runtime: runtimeOf(childOf(root, 'Runtime')),
    sites: childrenOf(childOf(root, 'Sites'), 'Site').map(siteOf),
    properties: Object.fromEntries(properties.map((property) => [requiredAttribute(property, 'name'), property.attributes.value ?? ''])),
    pluginSettings: settings.map((setting) => ({
      name: requiredAttribute(setting, 'name'),
      nameSpace: setting.attributes.nameSpace ?? '',
    })),
  };
}

function taskOf(task: Element): TaskModel {
  return {
    commandLine: requiredAttribute(task, 'commandLine'),
    executionContext: executionContextOf(task),
    taskType: taskTypeOf(task),
    relativePath: requiredAttribute(task, 'relativePath'),
    environment: environmentOf(task),
  };
}

function executionContextOf(of: Element): ExecutionContext {
  const value = of.attributes.executionContext ?? 'limited';
  if (value === 'limited' || value === 'elevated') return value;
  throw new Error(`${of.name}/@executionContext is neither limited nor elevated: ${value.slice(0, 50)}`);
}

function taskTypeOf(task: Element): TaskType {
  const value = task.attributes.taskType ?? 'simple';
  if (value === 'simple' || value === 'foreground' || value === 'background') return value;
  throw new Error(`Task/@taskType is none of simple, foreground, background: ${value.slice(0, 50)}`);
}

function environmentOf(parent: Element | undefined): readonly VariableModel[] {
  return childrenOf(childOf(parent, 'Environment'), 'Variable').map((variable) => {
    const name = requiredAttribute(variable, 'name');
    const instanceValue = childOf(variable, 'RoleInstanceValue');
    if (instanceValue !== undefined) return { name, xpath: requiredAttribute(instanceValue, 'xpath') };
    return variable.attributes.value === undefined ? { name } : { name, value: variable.attributes.value };
  });
}

function runtimeOf(runtime: Element | undefined): RuntimeModel {
  if (runtime === undefined) throw new Error('RoleModel has no element Runtime');
  const entryPoint = entryPointOf(childOf(runtime, 'EntryPoint'));
  return {
    executionContext: executionContextOf(runtime),
    environment: environmentOf(runtime),
    ...(entryPoint === undefined ? {} : { entryPoint }),
  };
}

function entryPointOf(entryPoint: Element | undefined): EntryPointModel | undefined {
  const program = childOf(entryPoint, 'ProgramEntryPoint');
  if (program !== undefined) {
    return {
      kind: 'ProgramEntryPoint',
      commandLine: requiredAttribute(program, 'commandLine'),
      setReadyOnProcessStart: ['true', '1'].includes(program.attributes.setReadyOnProcessStart ?? ''),
    };
  }
  const assembly = childOf(entryPoint, 'NetFxEntryPoint');
  if (assembly === undefined) return undefined;
  const { targetFrameworkVersion } = assembly.attributes;
  return {
    kind: 'NetFxEntryPoint',
    assemblyName: requiredAttribute(assembly, 'assemblyName'),
    ...(targetFrameworkVersion === undefined ? {} : { targetFrameworkVersion }),
  };
}

function siteOf(site: Element): SiteModel {
  return {
    name: requiredAttribute(site, 'name'),
    physicalDirectory: requiredAttribute(site, 'physicalDirectory'),
    bindings: childrenOf(childOf(site, 'Bindings'), 'Binding').map((binding) => {
      const { hostHeader } = binding.attributes;
      return {
        name: requiredAttribute(binding, 'name'),
        endpointName: requiredAttribute(binding, 'endpointName'),
        ...(hostHeader === undefined ? {} : { hostHeader }),
      };
    }),
  };
}
