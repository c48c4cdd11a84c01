import type { LocalResource } from '../../contracts/role-environment.ts';
import type { EndpointConfig, VmDocument } from '../../contracts/vm-document.ts';
import { type Element, element } from '../element-tree/element-tree.ts';
import { writeElementTree } from '../element-tree/write-element-tree.ts';

const hostOfKind = {
  WorkerRole: 'base\\x64\\WaWorkerHost.exe ',
  IISWebRole: 'base\\x64\\WaIISHost.exe ',
  HWCWebRole: 'base\\x64\\WaWebHost.exe ',
} as const;

/**
 * The document `C:\Config\<dep>.<dep>.<inst>.<n>.xml`: settings, local directories, addresses, thumbprints, other instances (AB 7.1),
 * in the elements of HostingEnvironmentConfig and SharedConfig (PL 10.2, 10.3).
 *
 * @param vm what the host agent handed to this VM
 * @param localResources directories of the local stores, as role code sees them
 */
export function writeInstanceConfig(vm: VmDocument, localResources: readonly LocalResource[]): string {
  return writeElementTree(
    element('HostingEnvironmentConfig', { version: '1.0.0.0', goalStateIncarnation: String(vm.configIncarnation) }, [
      element('StoredCertificates', {}, vm.certificates.map(certificateElement)),
      deploymentElement(vm),
      element('Incarnation', { number: String(vm.configIncarnation), instance: vm.instanceId }),
      element('Role', {
        name: vm.roleName,
        hostingEnvironmentVersion: '2',
        softwareType: 'ApplicationPackage',
        // A VM role starts no software of a package (S3).
        ...(vm.image === undefined ? { entryPoint: 'base\\x64\\WaHostBootstrapper.exe', parameters: hostOfKind[vm.roleKind] } : {}),
      }),
      element(
        'ApplicationSettings',
        {},
        vm.settings.map(({ name, value }) => element('Setting', { name, value })),
      ),
      element(
        'ResourceReferences',
        {},
        localResources.map((resource) => resourceElement(vm, resource)),
      ),
      element('Instances', {}, [
        instanceElement({ id: vm.instanceId, faultDomain: vm.faultDomain, updateDomain: vm.updateDomain, endpoints: vm.endpoints }),
        ...vm.otherRoles.flatMap((role) => role.instances.map(instanceElement)),
      ]),
    ]),
  );
}

function certificateElement(certificate: VmDocument['certificates'][number]): Element {
  return element('StoredCertificate', {
    name: `Stored0${certificate.name}`,
    certificateId: `sha1:${certificate.thumbprint}`,
    storeName: certificate.storeName,
    configurationLevel: certificate.storeLocation === 'LocalMachine' ? 'System' : 'User',
  });
}

function deploymentElement(vm: VmDocument): Element {
  const guid = vm.deploymentId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '{$1-$2-$3-$4-$5}');
  return element('Deployment', { name: vm.deploymentId, guid, incarnation: '0' }, [
    element('Service', { name: vm.serviceName }),
    element('ServiceInstance', { name: `${vm.deploymentId}.0` }),
  ]);
}

function resourceElement(vm: VmDocument, { name, path, sizeInMB }: LocalResource): Element {
  const declared = vm.localStorage.find((storage) => storage.name === name);
  return element('Resource', {
    name,
    type: 'directory',
    request: String(sizeInMB),
    sticky: String(declared?.cleanOnRoleRecycle === false),
    size: String(sizeInMB),
    path,
    disableQuota: 'false',
  });
}

function instanceElement(instance: VmDocument['otherRoles'][number]['instances'][number]): Element {
  const domains = { randomId: String(instance.faultDomain), updateId: String(instance.updateDomain) };
  return element('Instance', { id: instance.id, address: instance.endpoints[0]?.address }, [
    element('FaultDomains', domains),
    element('InputEndpoints', {}, instance.endpoints.map(endpointElement)),
  ]);
}

function endpointElement({ name, address, port, protocol }: EndpointConfig): Element {
  const range = { from: String(port), to: String(port) };
  return element('Endpoint', { name, address: `${address}:${port}`, protocol }, [
    element('LocalPorts', {}, [element('LocalPortRange', range)]),
  ]);
}
