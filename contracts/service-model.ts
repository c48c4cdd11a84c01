import type { Certificate, InputEndpoint, InstanceInputEndpoint, InternalEndpoint, LocalStorage } from './role-elements.ts';
import type { RoleConfiguration, ServiceConfiguration } from './service-configuration.ts';
import type { PluginModule, RoleDefinition, ServiceDefinition } from './service-definition.ts';
import type { FromSource, SourcePlace } from './source-place.ts';

export type * from './role-elements.ts';
export type * from './service-configuration.ts';
export type * from './service-definition.ts';
export type * from './source-place.ts';

/**
 * A service as rolevm knows it: its definition, its configuration, its modules, and what they come to for each role.
 * Every element knows where it stands, and which of its attributes were stated there.
 */

export interface ServiceModel {
  readonly definition: ServiceDefinition;
  readonly configuration: ServiceConfiguration;
  /** In the order of the definition. */
  readonly roles: readonly ServiceRole[];
}

/** One role with everything that applies to it: its definition, its modules and its configuration together. */
export interface ServiceRole {
  readonly name: string;
  readonly kind: RoleDefinition['kind'];
  readonly definition: RoleDefinition;
  readonly configuration: RoleConfiguration;
  /** In the order of the Import elements. */
  readonly modules: readonly PluginModule[];
  readonly instanceCount: number;
  /** As the cscfg has them; names of plug-in settings are full names. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /** Own stores, those of modules, and DiagnosticStore, which every role has (SM 4.2). */
  readonly localStorage: readonly Merged<LocalStorage>[];
  readonly inputEndpoints: readonly (Merged<InputEndpoint> & { readonly localPort: number | '*' })[];
  readonly internalEndpoints: readonly Merged<InternalEndpoint>[];
  readonly instanceInputEndpoints: readonly Merged<InstanceInputEndpoint>[];
  readonly certificates: readonly (Merged<Certificate> & { readonly thumbprint: string; readonly thumbprintAlgorithm: string })[];
}

/** Something of the role's own or of a module; a module's has its full name `<namespace>.<name>` (SM 6). */
export type Merged<T extends FromSource> = Omit<T, 'at'> & { readonly at?: SourcePlace; readonly module?: string };
