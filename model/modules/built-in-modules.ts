import { definitionNamespace } from '../schema/definition-schema.ts';

/**
 * Modules of the Azure SDK, for services whose folder does not hold their .csplugin files: names, order, endpoints, settings and
 * certificates are right, the agents behind the tasks are not there (SM 6).
 */
export interface BuiltInModule {
  readonly xml: string;
  /** Short names of settings that only some SDK versions have. */
  readonly optionalSettings: readonly string[];
}

export function builtInModule(name: string): BuiltInModule | undefined {
  const described = Object.hasOwn(descriptions, name) ? descriptions[name] : undefined;
  if (described === undefined) return undefined;
  const { namespace = `Microsoft.WindowsAzure.Plugins.${name}`, content, optionalSettings = [] } = described;
  return { xml: `<RoleModule xmlns="${definitionNamespace}" namespace="${namespace}">${content}</RoleModule>`, optionalSettings };
}

interface Description {
  /** Only where it is not the usual prefix and the module's name. */
  readonly namespace?: string;
  readonly content: string;
  readonly optionalSettings?: readonly string[];
}

const isEmulated = '<Variable name="IsEmulated"><RoleInstanceValue xpath="/RoleEnvironment/Deployment/@emulated" /></Variable>';
const cachingStore =
  "/RoleEnvironment/CurrentInstance/LocalResources/LocalResource[@name='Microsoft.WindowsAzure.Plugins.Caching.FileStore']/@path";

const descriptions: Readonly<Record<string, Description>> = {
  Diagnostics: {
    // From SDK 2.9 on the module has no settings and definitions declare this one themselves.
    optionalSettings: ['ConnectionString'],
    content: `
      <Startup priority="-2">
        <Task commandLine="DiagnosticsAgent.exe" taskType="background" />
        <Task commandLine="DiagnosticsAgent.exe /blockStartup" />
      </Startup>
      <ConfigurationSettings><Setting name="ConnectionString" /></ConfigurationSettings>`,
  },
  RemoteAccess: {
    content: `
      <Startup priority="-1">
        <Task commandLine="RemoteAccessAgent.exe" executionContext="elevated" taskType="background" />
        <Task commandLine="RemoteAccessAgent.exe /blockStartup" executionContext="elevated" />
      </Startup>
      <ConfigurationSettings>
        <Setting name="Enabled" /><Setting name="AccountUsername" />
        <Setting name="AccountEncryptedPassword" /><Setting name="AccountExpiration" />
      </ConfigurationSettings>
      <Endpoints><InternalEndpoint name="Rdp" protocol="tcp" port="3389" /></Endpoints>
      <Certificates>
        <Certificate name="PasswordEncryption" storeLocation="LocalMachine" storeName="My" permissionLevel="elevated" />
      </Certificates>`,
  },
  RemoteForwarder: {
    content: `
      <Startup priority="-1">
        <Task commandLine="install.cmd" executionContext="elevated"><Environment>${isEmulated}</Environment></Task>
      </Startup>
      <ConfigurationSettings><Setting name="Enabled" /></ConfigurationSettings>
      <Endpoints>
        <InputEndpoint name="RdpInput" protocol="tcp" port="3389" localPort="*" ignoreRoleInstanceStatus="true" />
      </Endpoints>`,
  },
  Caching: {
    // One of the two by SDK version.
    optionalSettings: ['Loglevel', 'DiagnosticLevel'],
    // The priority follows from its place before RemoteAccess in packages that import it later (SM 6, rule 1).
    content: `
      <Startup priority="-2">
        <Task commandLine="DotNetUpdate.cmd" executionContext="elevated">
          <Environment>
            ${isEmulated}
            <Variable name="CachingLocalStorePath"><RoleInstanceValue xpath="${cachingStore}" /></Variable>
          </Environment>
        </Task>
        <Task commandLine="CacheInstaller.exe" executionContext="elevated" />
      </Startup>
      <ConfigurationSettings>
        <Setting name="NamedCaches" /><Setting name="Loglevel" /><Setting name="DiagnosticLevel" />
        <Setting name="CacheSizePercentage" /><Setting name="ConfigStoreConnectionString" />
      </ConfigurationSettings>
      <LocalResources><LocalStorage name="FileStore" sizeInMB="1000" cleanOnRoleRecycle="false" /></LocalResources>`,
  },
  WebDeploy: {
    content: `
      <Startup><Task commandLine="ConfigureIIS.cmd &gt; WebDeployConfig.log" executionContext="elevated" /></Startup>
      <Endpoints><InputEndpoint name="InputEndpoint" protocol="tcp" port="8172" localPort="8172" /></Endpoints>`,
  },
  RemoteDebuggerConnector: {
    namespace: 'Microsoft.WindowsAzure.Plugins.RemoteDebugger',
    content: `
      <Startup>
        <Task commandLine="Connector\\Microsoft.VisualStudio.WindowsAzure.RemoteDebugger.Connector.exe"
              executionContext="elevated" taskType="background" />
      </Startup>
      <ConfigurationSettings>
        <Setting name="Connector.Enabled" /><Setting name="Connector.Version" />
        <Setting name="ClientThumbprint" /><Setting name="ServerThumbprint" />
      </ConfigurationSettings>`,
  },
  Profiling: {
    // Visual Studio makes this module per project; its runtime variables name a profiler that no machine here has.
    namespace: 'Profiling',
    content: `
      <Startup>
        <Task commandLine="WindowsAzureDiagnosticsStartup.exe Profiling Sampling" executionContext="elevated" />
        <Task commandLine="WindowsAzureDiagnosticsAgent.exe Profiling Sampling" executionContext="elevated" taskType="foreground" />
      </Startup>
      <ConfigurationSettings><Setting name="ProfilingConnectionString" /></ConfigurationSettings>`,
  },
  Connect: { content: '' },
};

export const builtInModuleNames: readonly string[] = Object.keys(descriptions);
