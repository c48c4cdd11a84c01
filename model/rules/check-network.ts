import { quote } from '../quote.ts';
import { checkUnique } from './check-names.ts';
import { checkName, namesOf } from './check-references.ts';
import { placeOf, type ServiceContext } from './rule-context.ts';

/** Names in the configuration's network part that must lead somewhere, and names of the definition that lead there (X7). */
export function checkNetwork(context: ServiceContext): void {
  checkLoadBalancers(context);
  const network = context.configuration.networkConfiguration;
  if (network === undefined) return;
  const { configuration, definition, incomplete } = context;
  const { file } = configuration;
  checkUnique(context, file, network.accessControls, () => 'AccessControl/@name', 'The network configuration');
  checkUnique(context, file, network.loadBalancers, () => 'LoadBalancer/@name', 'The network configuration');
  if (incomplete.has(definition)) return;
  const roles = namesOf(definition.roles);
  for (const address of network.instanceAddresses) {
    checkName(context, address.roleName, roles, 'a role of the service', (mend) =>
      placeOf(file, address, 'InstanceAddress/@roleName', mend),
    );
  }
  checkEndpointAcls(context);
}

function checkEndpointAcls(context: ServiceContext): void {
  const { configuration, definition, declarations, incomplete } = context;
  const network = configuration.networkConfiguration;
  const roles = namesOf(definition.roles);
  const lists = namesOf(network?.accessControls ?? []);
  for (const acl of network?.endpointAcls ?? []) {
    const place = (attribute: string) => (mend: Parameters<typeof placeOf>[3]) =>
      placeOf(configuration.file, acl, `EndpointAcl/@${attribute}`, mend);
    checkName(context, acl.role, roles, 'a role of the service', place('role'));
    if (network !== undefined && !incomplete.has(network)) {
      checkName(context, acl.accessControl, lists, 'an access control list of the configuration', place('accessControl'));
    }
    const role = definition.roles.find(({ name }) => name === acl.role);
    const declared = role === undefined || incomplete.has(role) ? undefined : declarations.get(role);
    if (declared === undefined) continue;
    const endpoints = namesOf([...declared.inputEndpoints, ...declared.instanceInputEndpoints, ...declared.internalEndpoints]);
    checkName(context, acl.endpoint, endpoints, `an endpoint of role ${quote(acl.role)}`, place('endpoint'));
  }
}

/** An endpoint's load balancer is declared in the configuration (SM 4.3). */
function checkLoadBalancers(context: ServiceContext): void {
  const { configuration, definition, findings, incomplete } = context;
  const network = configuration.networkConfiguration;
  if (incomplete.has(configuration) || (network !== undefined && incomplete.has(network))) return;
  const balancers = namesOf(network?.loadBalancers ?? []);
  for (const role of definition.roles) {
    for (const endpoint of role.inputEndpoints) {
      if (endpoint.loadBalancer === undefined) continue;
      if (balancers.size === 0) {
        // A configuration for local runs has none, and nothing here needs it.
        const message = `No load balancer is configured, but endpoint ${quote(endpoint.name)} names ${quote(endpoint.loadBalancer)}.`;
        const mend = `Add it to <NetworkConfiguration><LoadBalancers> of ${configuration.file} before deploying.`;
        findings.warning('RV1353', message, placeOf(definition.file, endpoint, 'InputEndpoint/@loadBalancer', mend));
        continue;
      }
      checkName(context, endpoint.loadBalancer, balancers, `a load balancer of ${configuration.file}`, (mend) =>
        placeOf(definition.file, endpoint, 'InputEndpoint/@loadBalancer', mend),
      );
    }
  }
}
