/** The document `C:\Config\<dep>.<dep>.<inst>.RoleEnvironment.<n>.xml` (AB 2, item 3), as data. */
export interface RoleEnvironmentDocument {
  readonly deployment: { readonly id: string; readonly emulated: boolean };
  readonly currentInstance: CurrentInstance;
  /** Other instances of the deployment, by role; the current one is not repeated (AB 2). */
  readonly roles: readonly { readonly name: string; readonly instances: readonly RoleInstance[] }[];
}

export interface RoleInstance {
  readonly id: string;
  readonly faultDomain: number;
  readonly updateDomain: number;
  readonly endpoints: readonly EndpointAddress[];
}

export interface CurrentInstance extends RoleInstance {
  readonly roleName: string;
  readonly configurationSettings: readonly { readonly name: string; readonly value: string }[];
  readonly localResources: readonly LocalResource[];
}

export interface LocalResource {
  readonly name: string;
  /** Host path of the directory, ending with a separator. */
  readonly path: string;
  readonly sizeInMB: number;
}

export interface EndpointAddress {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}
