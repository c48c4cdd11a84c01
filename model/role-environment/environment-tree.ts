import type { EndpointAddress, RoleEnvironmentDocument, RoleInstance } from '../../contracts/role-environment.ts';
import { type Element, element } from '../element-tree/element-tree.ts';

/**
 * The role environment as the tree that is written to C:\Config and that xpaths are evaluated on: one and the same,
 * so a variable can never differ from what role code reads (RP 5).
 *
 * Every container stands even when empty: clients of other languages fail without (RP 5, column "rule for the server").
 */
export function environmentTree(document: RoleEnvironmentDocument): Element {
  const { deployment, currentInstance, roles } = document;
  const namespaces = {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
  };
  const current = {
    id: currentInstance.id,
    roleName: currentInstance.roleName,
    faultDomain: String(currentInstance.faultDomain),
    updateDomain: String(currentInstance.updateDomain),
  };
  const settings = currentInstance.configurationSettings.map(({ name, value }) => element('ConfigurationSetting', { name, value }));
  const resources = currentInstance.localResources.map(({ name, path, sizeInMB }) =>
    element('LocalResource', { name, path, sizeInMB: String(sizeInMB) }),
  );
  return element('RoleEnvironment', namespaces, [
    element('Deployment', { id: deployment.id, emulated: String(deployment.emulated) }),
    element('CurrentInstance', current, [
      element('ConfigurationSettings', {}, settings),
      element('LocalResources', {}, resources),
      endpointsElement(currentInstance.endpoints),
    ]),
    element(
      'Roles',
      {},
      roles.map((role) => element('Role', { name: role.name }, [element('Instances', {}, role.instances.map(instanceElement))])),
    ),
  ]);
}

function instanceElement(instance: RoleInstance): Element {
  const attributes = { id: instance.id, faultDomain: String(instance.faultDomain), updateDomain: String(instance.updateDomain) };
  return element('Instance', attributes, [endpointsElement(instance.endpoints)]);
}

function endpointsElement(endpoints: readonly EndpointAddress[]): Element {
  return element(
    'Endpoints',
    {},
    endpoints.map(({ name, address, port, protocol }) => element('Endpoint', { name, address, port: String(port), protocol })),
  );
}
