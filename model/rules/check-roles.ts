import type { RoleDefinition, Variable } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { vmSize, vmSizeNames } from '../vm-sizes.ts';
import { type DefinitionContext, placeOf } from './rule-context.ts';

/** Limits of SM 3. */
const maxRoles = 25;

/** Rules about roles as such, their entry point, their variables and their size. */
export function checkRoles(context: DefinitionContext): void {
  const { definition, findings, incomplete } = context;
  const { file, roles } = definition;
  if (roles.length === 0 && !incomplete.has(definition)) {
    const mend = 'Add a <WorkerRole name="…"> or <WebRole name="…">.';
    findings.error('RV1201', 'The service has no role.', placeOf(file, definition, 'ServiceDefinition', mend));
  }
  const surplus = roles[maxRoles];
  if (surplus !== undefined) {
    const message = `The service has ${roles.length} roles; ${maxRoles} are allowed.`;
    findings.error('RV1202', message, placeOf(file, surplus, surplus.kind, 'Split the service in two.'));
  }
  for (const role of roles) {
    checkKind(context, role);
    checkSize(context, role);
    for (const task of role.startup?.tasks ?? []) checkVariables(context, task.environment);
    if (role.kind !== 'VirtualMachineRole') checkVariables(context, role.runtime?.environment ?? []);
  }
  checkForwarder(context);
}

function checkKind({ definition, findings }: DefinitionContext, role: RoleDefinition): void {
  if (role.kind === 'VirtualMachineRole') {
    const first = role.startup?.tasks[0];
    if (first === undefined) return;
    const message = `VirtualMachineRole ${quote(role.name)} has startup tasks, which run in web and worker roles only.`;
    findings.error('RV1216', message, placeOf(definition.file, first, 'Task', 'Remove <Startup>; what it does belongs into the image.'));
    return;
  }
  const entryPoint = role.runtime?.entryPoint;
  if (entryPoint?.kind === 'ProgramEntryPoint' && !entryPoint.setReadyOnProcessStart) {
    const place = placeOf(definition.file, entryPoint, 'ProgramEntryPoint/@setReadyOnProcessStart', 'Write setReadyOnProcessStart="true".');
    findings.error('RV1218', 'A role whose entry point is a program can be Ready on process start only.', place);
  }
}

/** SM 4.5: one or the other; Windows knows a variable by one name whatever its case. */
function checkVariables({ definition, findings }: DefinitionContext, variables: readonly Variable[]): void {
  const seen = new Set<string>();
  for (const variable of variables) {
    if (variable.value !== undefined && variable.roleInstanceValue !== undefined) {
      const message = `Variable ${quote(variable.name)} has a value and a <RoleInstanceValue>.`;
      findings.error('RV1215', message, placeOf(definition.file, variable, 'Variable/@value', 'Remove one of the two.'));
    }
    const key = variable.name.toUpperCase();
    if (seen.has(key)) {
      const message = `Variable ${quote(variable.name)} is given twice in one <Environment>.`;
      findings.warning('RV1255', message, placeOf(definition.file, variable, 'Variable/@name', 'Remove one of the two.'));
    }
    seen.add(key);
  }
}

function checkSize(context: DefinitionContext, role: RoleDefinition): void {
  const { definition, findings, declarations } = context;
  for (const store of role.localStorage) {
    if (store.at.attributes.sizeInMB !== undefined) continue;
    const message = `LocalStorage ${quote(store.name)} has no size: ${store.sizeInMB} MB as documented, though the schema says 1000.`;
    findings.warning('RV1253', message, placeOf(definition.file, store, 'LocalStorage', 'State sizeInMB="…".'));
  }
  const size = vmSize(role.vmsize);
  if (size === undefined) {
    const mend = `Known sizes are ${vmSizeNames.slice(0, 5).join(', ')}, Standard_D1_v2 and the like.`;
    findings.warning('RV1251', `vmsize ${quote(role.vmsize)} is not known.`, placeOf(definition.file, role, `${role.kind}/@vmsize`, mend));
    return;
  }
  const sumInMB = (declarations.get(role)?.localStorage ?? []).reduce((sum, { sizeInMB }) => sum + sizeInMB, 0);
  if (sumInMB <= size.diskGB * 1024) return;
  // Azure does not refuse it at deployment: writes fail once the disk is full (SM 4.2).
  const message = `LocalStorage of role ${quote(role.name)} comes to ${sumInMB} MB; ${role.vmsize} has a local disk of ${size.diskGB} GB.`;
  findings.warning('RV1254', message, placeOf(definition.file, role, role.kind, 'Take smaller stores or a larger vmsize.'));
}

/** X9. */
function checkForwarder({ definition, findings }: DefinitionContext): void {
  const imports = definition.roles.flatMap((role) => role.imports.filter(({ moduleName }) => moduleName === 'RemoteForwarder'));
  for (const surplus of imports.slice(1)) {
    const mend = 'Import RemoteAccess in every role, RemoteForwarder in one.';
    const message = 'RemoteForwarder may be imported by one role of a service only.';
    findings.error('RV1214', message, placeOf(definition.file, surplus, 'Import/@moduleName', mend));
  }
}
