import type { NetworkTrafficRule, RoleDefinition } from '../../contracts/service-model.ts';
import type { FindingPlace, Mend } from '../diagnostic-list.ts';
import { nearestName } from '../nearest-name.ts';
import { quote } from '../quote.ts';
import { type DefinitionContext, placeOf } from './rule-context.ts';

/** Names inside the definition that must lead somewhere (X7), and what comes with them. */
export function checkReferences(context: DefinitionContext): void {
  checkProbes(context);
  for (const role of context.definition.roles) checkInputEndpoints(context, role);
  for (const rule of context.definition.networkTrafficRules) checkTrafficRule(context, rule);
}

/** SM 3.1: path is required with http and forbidden with tcp. */
function checkProbes({ definition, findings }: DefinitionContext): void {
  for (const probe of definition.loadBalancerProbes) {
    if ((probe.protocol === 'http') === (probe.path !== undefined)) continue;
    const needs = probe.protocol === 'http' ? 'needs a path' : 'may have no path';
    const mend = probe.protocol === 'http' ? 'Add path="/…".' : 'Remove path, or write protocol="http".';
    const place = placeOf(definition.file, probe, 'LoadBalancerProbe/@path', mend);
    findings.error('RV1211', `A probe over ${probe.protocol} ${needs}.`, place);
  }
}

function checkInputEndpoints(context: DefinitionContext, role: RoleDefinition): void {
  const { definition, declarations, findings, incomplete } = context;
  const certificates = namesOf(declarations.get(role)?.certificates ?? []);
  const probes = namesOf(definition.loadBalancerProbes);
  for (const endpoint of role.inputEndpoints) {
    if (endpoint.protocol === 'https' && endpoint.certificate === undefined) {
      const mend = 'Declare a <Certificate> in the role and name it: certificate="…".';
      const place = placeOf(definition.file, endpoint, 'InputEndpoint', mend);
      findings.error('RV1206', `The https endpoint ${quote(endpoint.name)} names no certificate.`, place);
    }
    if (endpoint.certificate !== undefined && !incomplete.has(role)) {
      checkName(context, endpoint.certificate, certificates, `a certificate of role ${quote(role.name)}`, (mend) =>
        placeOf(definition.file, endpoint, 'InputEndpoint/@certificate', mend),
      );
    }
    if (endpoint.loadBalancerProbe !== undefined && !incomplete.has(definition)) {
      checkName(context, endpoint.loadBalancerProbe, probes, 'a load balancer probe of the service', (mend) =>
        placeOf(definition.file, endpoint, 'InputEndpoint/@loadBalancerProbe', mend),
      );
    }
  }
}

/** SM 3.2: the destination is an internal endpoint; the sources are either all roles or the ones listed. */
function checkTrafficRule(context: DefinitionContext, rule: NetworkTrafficRule): void {
  const { definition, declarations, findings, incomplete } = context;
  if ((rule.allowAllTraffic === undefined) === (rule.whenSource === undefined)) {
    const mend = 'Write either <AllowAllTraffic /> or <WhenSource matches="AnyRule">.';
    const place = placeOf(definition.file, rule, 'OnlyAllowTrafficTo', mend);
    findings.error('RV1217', 'A network traffic rule allows either all traffic or that of the roles it lists.', place);
  }
  if (incomplete.has(definition)) return;
  const roles = namesOf(definition.roles);
  for (const destination of rule.destinations) {
    checkName(context, destination.roleName, roles, 'a role of the service', (mend) =>
      placeOf(definition.file, destination, 'RoleEndpoint/@roleName', mend),
    );
    const role = definition.roles.find(({ name }) => name === destination.roleName);
    if (role === undefined || incomplete.has(role)) continue;
    const endpoints = namesOf(declarations.get(role)?.internalEndpoints ?? []);
    checkName(context, destination.endpointName, endpoints, `an internal endpoint of role ${quote(role.name)}`, (mend) =>
      placeOf(definition.file, destination, 'RoleEndpoint/@endpointName', mend),
    );
  }
  for (const source of rule.whenSource?.fromRoles ?? []) {
    checkName(context, source.roleName, roles, 'a role of the service', (mend) =>
      placeOf(definition.file, source, 'FromRole/@roleName', mend),
    );
  }
}

/**
 * Reports a name that is not among those it may be.
 *
 * @param what completes "is not …"
 * @param place makes the place of the finding out of its mend
 */
export function checkName(
  { findings }: Pick<DefinitionContext, 'findings'>,
  name: string,
  known: ReadonlySet<string>,
  what: string,
  place: (mend: Mend) => FindingPlace,
): void {
  if (known.has(name)) return;
  findings.error(
    'RV1205',
    `${quote(name)} is not ${what}.`,
    place(() => suggest(name, known)),
  );
}

export function namesOf(elements: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(elements.map(({ name }) => name));
}

function suggest(name: string, known: ReadonlySet<string>): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `Did you mean ${quote(near)}?`;
  if (known.size === 0) return 'There is none: declare it, or remove the reference.';
  return `Known: ${[...known].slice(0, 8).map(quote).join(', ')}${known.size > 8 ? ' …' : '.'}`;
}
