import type { Site, WebRole } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { checkName, namesOf } from './check-references.ts';
import { type DefinitionContext, placeOf } from './rule-context.ts';

/** Rules about the sites of web roles (SM 4.7) and about web roles without any. */
export function checkSites(context: DefinitionContext): void {
  for (const role of context.definition.roles) {
    if (role.kind !== 'WebRole') continue;
    if (!role.hasSites) checkHostedWebCore(context, role);
    const declared = context.declarations.get(role);
    const endpoints = [...(declared?.inputEndpoints ?? []), ...(declared?.internalEndpoints ?? [])];
    const protocols = new Map(endpoints.map(({ name, protocol }) => [name, protocol]));
    const answered = new Set<string>();
    for (const site of role.sites) checkSite(context, role, site, { names: namesOf(endpoints), protocols, answered });
  }
}

/** SM 4.3: a hosted web core has one internal http endpoint at most. */
function checkHostedWebCore({ definition, findings }: DefinitionContext, role: WebRole): void {
  const surplus = role.internalEndpoints.filter(({ protocol }) => protocol === 'http')[1];
  if (surplus === undefined) return;
  const message = `Web role ${quote(role.name)} has no <Sites>, so that it may have one internal http endpoint only.`;
  findings.error('RV1219', message, placeOf(definition.file, surplus, 'InternalEndpoint', 'Add <Sites>, or remove the endpoint.'));
}

interface EndpointsOfRole {
  readonly names: ReadonlySet<string>;
  readonly protocols: ReadonlyMap<string, string>;
  /** Endpoint and host header of the bindings so far. */
  readonly answered: Set<string>;
}

function checkSite(context: DefinitionContext, role: WebRole, site: Site, endpoints: EndpointsOfRole): void {
  const { definition, findings, incomplete } = context;
  if (site.name !== 'Web' && site.physicalDirectory === undefined) {
    // Not an error: the packager takes it from its argument /sites as well.
    const message = `Site ${quote(site.name)} has no physicalDirectory, so that it is the role's own folder; usually only the site 'Web' is.`;
    findings.warning('RV1256', message, placeOf(definition.file, site, 'Site', 'Add physicalDirectory="…", relative to the definition.'));
  }
  for (const binding of site.bindings) {
    if (!incomplete.has(role)) {
      checkName(context, binding.endpointName, endpoints.names, `an endpoint of role ${quote(role.name)}`, (mend) =>
        placeOf(definition.file, binding, 'Binding/@endpointName', mend),
      );
    }
    const protocol = endpoints.protocols.get(binding.endpointName);
    if (protocol !== undefined && !/^https?$/.test(protocol)) {
      const message = `Endpoint ${quote(binding.endpointName)} is ${protocol}; a site can be bound to http and https only.`;
      findings.error('RV1207', message, placeOf(definition.file, binding, 'Binding/@endpointName', 'Change the protocol of the endpoint.'));
    }
    const address = JSON.stringify([binding.endpointName, (binding.hostHeader ?? '').toLowerCase()]);
    if (endpoints.answered.has(address)) {
      const message = `Endpoint ${quote(binding.endpointName)} is bound twice with the same host header.`;
      findings.error('RV1212', message, placeOf(definition.file, binding, 'Binding', 'Give each site a hostHeader of its own.'));
    }
    endpoints.answered.add(address);
  }
}
