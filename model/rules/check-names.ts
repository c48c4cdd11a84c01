import type { FromSource, RoleDefinition } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { isFolderName } from './folder-name.ts';
import { type DefinitionContext, placeOf } from './rule-context.ts';

type NamedElement = FromSource & { readonly name: string };

/** Names stand once in their list, and names of roles, stores and modules can be folders (SM 2, 3, 4.1, 11). */
export function checkNames(context: DefinitionContext): void {
  const { definition } = context;
  checkFolderName(context, definition, definition.name, 'ServiceDefinition/@name');
  // Roles become folders, and folders differ in more than case.
  checkUnique(context, definition.file, definition.roles, (role) => `${role.kind}/@name`, 'The service', { ignoreCase: true });
  checkUnique(context, definition.file, definition.loadBalancerProbes, () => 'LoadBalancerProbe/@name', 'The service');
  for (const role of definition.roles) checkRole(context, role);
}

function checkRole(context: DefinitionContext, role: RoleDefinition): void {
  const { file } = context.definition;
  const owner = `Role ${quote(role.name)}`;
  checkFolderName(context, role, role.name, `${role.kind}/@name`);
  for (const store of role.localStorage) checkFolderName(context, store, store.name, 'LocalStorage/@name');
  for (const one of role.imports) checkFolderName(context, one, one.moduleName, 'Import/@moduleName');
  checkUnique(context, file, role.settings, () => 'Setting/@name', owner);
  checkUnique(context, file, role.localStorage, () => 'LocalStorage/@name', owner, { ignoreCase: true });
  checkUnique(context, file, role.certificates, () => 'Certificate/@name', owner);
  const endpoints: NamedElement[] = [...role.inputEndpoints, ...role.internalEndpoints, ...role.instanceInputEndpoints];
  checkUnique(context, file, endpoints.sort(byPlace), () => 'Endpoints', owner);
  const imports = role.imports.map(({ moduleName, at }) => ({ name: moduleName, at }));
  checkUnique(context, file, imports, () => 'Import/@moduleName', owner, { ignoreCase: true });
  if (role.kind !== 'WebRole') return;
  checkUnique(context, file, role.sites, () => 'Site/@name', owner, { ignoreCase: true });
  for (const site of role.sites) checkUnique(context, file, site.bindings, () => 'Binding/@name', `Site ${quote(site.name)}`);
}

/**
 * Reports every element whose name one before it has.
 *
 * @param owner begins the sentence: `Role 'Counter'`
 */
export function checkUnique<T extends NamedElement>(
  { findings }: Pick<DefinitionContext, 'findings'>,
  file: string,
  elements: readonly T[],
  subject: (element: T) => string,
  owner: string,
  { ignoreCase = false } = {},
): void {
  const first = new Map<string, T>();
  for (const element of elements) {
    const key = ignoreCase ? element.name.toLowerCase() : element.name;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, element);
      continue;
    }
    const message = `${owner} has ${quote(element.name)} twice; the first stands in line ${before.at.line}.`;
    findings.error('RV1203', message, placeOf(file, element, subject(element), 'Rename or remove one of the two.'));
  }
}

function checkFolderName({ definition, findings }: DefinitionContext, element: FromSource, name: string, subject: string): void {
  if (isFolderName(name)) return;
  const mend =
    'Use no < > : " / \\ | ? * and no invisible characters, no space at either end, no dot at the end and no device name such as CON.';
  findings.error('RV1204', `${quote(name)} cannot be the name of a folder on Windows.`, placeOf(definition.file, element, subject, mend));
}

function byPlace(a: FromSource, b: FromSource): number {
  return a.at.line - b.at.line || a.at.column - b.at.column;
}
