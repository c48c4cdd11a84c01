import type { RoleConfiguration, RoleDefinition } from '../../contracts/service-model.ts';
import type { FindingPlace, Mend } from '../diagnostic-list.ts';
import { nearestName } from '../nearest-name.ts';
import { quote, quoteName } from '../quote.ts';
import { checkUnique } from './check-names.ts';
import { namesOf } from './check-references.ts';
import type { RoleDeclarations } from './merge-declarations.ts';
import { placeOf, type ServiceContext } from './rule-context.ts';

/**
 * Rules between definition and configuration: X1 to X5 and X12 of SM 7. X6 is in the schema; X10 holds for extended support only and
 * is not checked.
 */
export function checkConfiguration(context: ServiceContext): void {
  const { definition, configuration, findings, incomplete } = context;
  const { file } = configuration;
  if (configuration.serviceName !== definition.name) {
    const message = `serviceName is ${quote(configuration.serviceName)}, but the service is called ${quote(definition.name)} in ${definition.file}.`;
    const mend = `Write serviceName="${quoteName(definition.name)}".`;
    findings.error('RV1301', message, placeOf(file, configuration, 'ServiceConfiguration/@serviceName', mend));
  }
  checkUnique(context, file, configuration.roles, () => 'Role/@name', 'The configuration');
  checkOsFamily(context);
  const configured = new Map(configuration.roles.map((role) => [role.name, role]));
  const defined = namesOf(definition.roles);
  for (const role of configuration.roles) {
    if (defined.has(role.name) || incomplete.has(definition)) continue;
    const message = `Role ${quote(role.name)} is configured, but ${definition.file} does not define it.`;
    findings.error('RV1303', message, placeOf(file, role, 'Role/@name', nearOr(role.name, defined, 'Remove it, or define the role.')));
  }
  for (const role of definition.roles) {
    const values = configured.get(role.name);
    if (values !== undefined) checkRole(context, role, values);
    else if (!incomplete.has(configuration)) {
      const message = `Role ${quote(role.name)} of ${definition.file} is not configured.`;
      const mend = `Add <Role name="${quoteName(role.name)}"><Instances count="1" /></Role>.`;
      findings.error('RV1302', message, placeOf(file, configuration, 'ServiceConfiguration', mend));
    }
  }
}

function checkOsFamily({ configuration, findings }: ServiceContext): void {
  const { osFamily, file } = configuration;
  if (osFamily === undefined || /^[1-7]$/.test(osFamily)) return;
  const place = placeOf(file, configuration, 'ServiceConfiguration/@osFamily', 'Families are 1 to 7; 7 is Windows Server 2022.');
  findings.warning('RV1352', `osFamily ${quote(osFamily)} is not known.`, place);
}

function checkRole(context: ServiceContext, role: RoleDefinition, values: RoleConfiguration): void {
  const declared = context.declarations.get(role);
  if (declared === undefined) return;
  const { file } = context.configuration;
  checkUnique(context, file, values.settings, () => 'Setting/@name', `Role ${quote(role.name)}`);
  checkUnique(context, file, values.certificates, () => 'Certificate/@name', `Role ${quote(role.name)}`);
  if (!context.incomplete.has(values)) checkMissing(context, role, values, declared);
  if (!context.incomplete.has(role)) checkSurplus(context, role, values, declared);
  for (const certificate of values.certificates) {
    if (certificate.thumbprint !== '') continue;
    const place = placeOf(file, certificate, 'Certificate/@thumbprint', 'Write the 40 hexadecimal digits of the certificate.');
    context.findings.warning('RV1351', `The thumbprint of certificate ${quote(certificate.name)} is empty.`, place);
  }
  for (const { name, publicPorts, at } of declared.instanceInputEndpoints) {
    const ports = publicPorts.max - publicPorts.min + 1;
    if (ports >= values.instances.count || ports <= 0 || at === undefined) continue;
    const message = `${ports} public ports of endpoint ${quote(name)} are too few for ${values.instances.count} instances of role ${quote(role.name)}.`;
    const place = placeOf(context.definition.file, publicPorts, 'FixedPortRange/@max', 'Widen the range, or configure fewer instances.');
    context.findings.error('RV1308', message, place);
  }
}

/** X3 and X5: what is declared and has no value. The place is where the value would have to stand. */
function checkMissing(context: ServiceContext, role: RoleDefinition, values: RoleConfiguration, declared: RoleDeclarations): void {
  const { configuration, findings } = context;
  const settings = namesOf(values.settings);
  for (const { name, module } of declared.settings) {
    if (settings.has(name) || declared.optionalSettings.has(name)) continue;
    const origin = module === undefined ? '' : `, which module ${quote(module)} declares,`;
    const mend = `Add <Setting name="${quoteName(name)}" value="…" /> to its <ConfigurationSettings>.`;
    const message = `Setting ${quote(name)}${origin} has no value for role ${quote(role.name)}.`;
    findings.error('RV1304', message, placeOf(configuration.file, values, 'Role', mend));
  }
  const certificates = namesOf(values.certificates);
  for (const { name, module } of declared.certificates) {
    if (certificates.has(name)) continue;
    const origin = module === undefined ? '' : `, which module ${quote(module)} declares,`;
    const mend = `Add <Certificate name="${quoteName(name)}" thumbprint="…" thumbprintAlgorithm="sha1" /> to its <Certificates>.`;
    const message = `Certificate ${quote(name)}${origin} has no thumbprint for role ${quote(role.name)}.`;
    findings.error('RV1306', message, placeOf(configuration.file, values, 'Role', mend));
  }
}

/** X4, with the platform's own sentence (SM 8), and the same for certificates. */
function checkSurplus(context: ServiceContext, role: RoleDefinition, values: RoleConfiguration, declared: RoleDeclarations): void {
  const { configuration, findings } = context;
  const surplus = (
    kind: 'Setting' | 'Certificate',
    known: ReadonlySet<string>,
    element: (typeof values.settings)[number] | (typeof values.certificates)[number],
  ) => {
    // A dot may be that of a module's name, and what an unknown module declares nobody knows.
    if (known.has(element.name) || (!declared.allModulesKnown && element.name.includes('.'))) return;
    const message = `${kind} ${quote(element.name)} for role ${quote(role.name)} specified in the service configuration file is not declared in the service definition file.`;
    const place: FindingPlace = placeOf(configuration.file, element, `${kind}/@name`, suggestDeclaration(element.name, known, kind));
    findings.error(kind === 'Setting' ? 'RV1305' : 'RV1307', message, place);
  };
  const settings = namesOf(declared.settings);
  for (const setting of values.settings) surplus('Setting', settings, setting);
  const certificates = namesOf(declared.certificates);
  for (const certificate of values.certificates) surplus('Certificate', certificates, certificate);
}

function suggestDeclaration(name: string, known: ReadonlySet<string>, kind: string): Mend {
  const module = /^Microsoft\.WindowsAzure\.Plugins\.(\w+)\./.exec(name)?.[1];
  if (module !== undefined) return `Import the module ${module} in the role, declare the name itself, or remove it.`;
  return nearOr(name, known, `Declare it: <${kind} name="${quoteName(name)}" …>, or remove it.`);
}

function nearOr(name: string, known: ReadonlySet<string>, otherwise: string): Mend {
  return () => {
    const near = nearestName(name, known);
    return near === undefined ? otherwise : `Did you mean ${quote(near)}?`;
  };
}
