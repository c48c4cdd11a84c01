import type {
  CurrentInstance,
  EndpointAddress,
  LocalResource,
  RoleEnvironmentDocument,
  RoleInstance,
} from '../../contracts/role-environment.ts';
import { childOf, childrenOf, type Element, requiredAttribute, requiredNumber } from '../element-tree/element-tree.ts';
import { readElementTree } from '../element-tree/read-element-tree.ts';

/**
 * Reads the role environment document (RP 5).
 *
 * @param xml at most 4 MB
 * @throws Error, one sentence that says what is wrong with the document
 */
export function readRoleEnvironment(xml: string): RoleEnvironmentDocument {
  const root = readElementTree(xml);
  if (root.name !== 'RoleEnvironment') throw new Error(`the root element is ${root.name}, not RoleEnvironment`);
  const deployment = required(root, 'Deployment');
  return {
    deployment: { id: requiredAttribute(deployment, 'id'), emulated: requiredAttribute(deployment, 'emulated') === 'true' },
    currentInstance: currentInstanceOf(required(root, 'CurrentInstance')),
    roles: childrenOf(childOf(root, 'Roles'), 'Role').map((role) => ({
      name: requiredAttribute(role, 'name'),
      instances: childrenOf(childOf(role, 'Instances'), 'Instance').map(instanceOf),
    })),
  };
}

function required(parent: Element, name: string): Element {
  const child = childOf(parent, name);
  if (child === undefined) throw new Error(`${parent.name} has no element ${name}`);
  return child;
}

function currentInstanceOf(current: Element): CurrentInstance {
  return {
    ...instanceOf(current),
    roleName: requiredAttribute(current, 'roleName'),
    configurationSettings: childrenOf(childOf(current, 'ConfigurationSettings'), 'ConfigurationSetting').map((setting) => ({
      name: requiredAttribute(setting, 'name'),
      value: requiredAttribute(setting, 'value'),
    })),
    localResources: childrenOf(childOf(current, 'LocalResources'), 'LocalResource').map(localResourceOf),
  };
}

function instanceOf(instance: Element): RoleInstance {
  return {
    id: requiredAttribute(instance, 'id'),
    faultDomain: requiredNumber(instance, 'faultDomain'),
    updateDomain: requiredNumber(instance, 'updateDomain'),
    endpoints: childrenOf(childOf(instance, 'Endpoints'), 'Endpoint').map(endpointOf),
  };
}

function localResourceOf(resource: Element): LocalResource {
  return {
    name: requiredAttribute(resource, 'name'),
    path: requiredAttribute(resource, 'path'),
    sizeInMB: requiredNumber(resource, 'sizeInMB'),
  };
}

function endpointOf(endpoint: Element): EndpointAddress {
  return {
    name: requiredAttribute(endpoint, 'name'),
    address: requiredAttribute(endpoint, 'address'),
    port: requiredNumber(endpoint, 'port'),
    protocol: requiredAttribute(endpoint, 'protocol'),
  };
}
