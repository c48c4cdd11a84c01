import type {
  Certificate,
  FromSource,
  InputEndpoint,
  InstanceInputEndpoint,
  InternalEndpoint,
  LocalStorage,
  Merged,
  PluginModule,
  RoleDefinition,
  SettingDeclaration,
} from '../../contracts/service-model.ts';

/** What a role declares together with its modules, under full names. */
export interface RoleDeclarations {
  readonly modules: readonly PluginModule[];
  /** False when an Import names a module that nobody knows: then more may be declared than is seen here. */
  readonly allModulesKnown: boolean;
  readonly settings: readonly Merged<SettingDeclaration>[];
  /** Full names of settings that the cscfg may leave out. */
  readonly optionalSettings: ReadonlySet<string>;
  readonly localStorage: readonly Merged<LocalStorage>[];
  readonly inputEndpoints: readonly Merged<InputEndpoint>[];
  readonly internalEndpoints: readonly Merged<InternalEndpoint>[];
  readonly instanceInputEndpoints: readonly Merged<InstanceInputEndpoint>[];
  readonly certificates: readonly Merged<Certificate>[];
}

/** The packager gives it to every role; a role that declares it itself overrides it (SM 4.2). */
const diagnosticStore: Merged<LocalStorage> = { name: 'DiagnosticStore', sizeInMB: 4096, cleanOnRoleRecycle: false };

/** Puts a role and its modules together (SM 6, rules 5 and 8). A module imported twice counts once. */
export function mergeDeclarations(role: RoleDefinition, found: readonly (PluginModule | undefined)[]): RoleDeclarations {
  const modules = [...new Set(found.filter((module) => module !== undefined))];
  const localStorage = merge(role.localStorage, modules, (module) => module.localStorage);
  const withStore = localStorage.some(({ name }) => name === diagnosticStore.name);
  return {
    modules,
    allModulesKnown: found.every((module) => module !== undefined),
    settings: merge(role.settings, modules, (module) => module.settings),
    optionalSettings: optionalSettings(role, modules),
    localStorage: withStore ? localStorage : [...localStorage, diagnosticStore],
    inputEndpoints: merge(role.inputEndpoints, modules, inputEndpointsOf),
    internalEndpoints: merge(role.internalEndpoints, modules, (module) => module.internalEndpoints),
    instanceInputEndpoints: merge(role.instanceInputEndpoints, modules, (module) => module.instanceInputEndpoints),
    certificates: merge(role.certificates, modules, (module) => module.certificates),
  };
}

/** An endpoint of a module names the module's own certificate by its short name, which is the full one outside. */
function inputEndpointsOf(module: PluginModule): readonly InputEndpoint[] {
  return module.inputEndpoints.map((endpoint) => {
    const own = module.certificates.some(({ name }) => name === endpoint.certificate);
    return own ? { ...endpoint, certificate: `${module.namespace}.${endpoint.certificate}` } : endpoint;
  });
}

/** What a role declares under a module's full name stands for the module's own. */
function merge<T extends FromSource & { readonly name: string }>(
  own: readonly T[],
  modules: readonly PluginModule[],
  pick: (module: PluginModule) => readonly T[],
): readonly Merged<T>[] {
  const names = new Set(own.map(({ name }) => name));
  const ofModules = modules.flatMap((module) =>
    pick(module).map(({ at: _, ...rest }) => ({ ...rest, name: `${module.namespace}.${rest.name}`, module: module.moduleName })),
  );
  return [...own, ...ofModules.filter(({ name }) => !names.has(name))] as readonly Merged<T>[];
}

/** A role that declares such a setting itself wants it. */
function optionalSettings(role: RoleDefinition, modules: readonly PluginModule[]): ReadonlySet<string> {
  const own = new Set(role.settings.map(({ name }) => name));
  const names = modules.flatMap((module) => module.optionalSettings.map((name) => `${module.namespace}.${name}`));
  return new Set(names.filter((name) => !own.has(name)));
}
