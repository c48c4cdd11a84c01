import type { PluginAgentName } from '../../contracts/process-names.ts';
import type { TaskModel } from '../../contracts/role-model.ts';
import { programOf } from '../program-of.ts';

/**
 * The programs of the SDK's modules whose place rolevm's own take, by module and program, both in lower case: those of Azure need a
 * Windows, and the services of Azure behind them. All others that a module brings run as they are.
 */
const programs: Readonly<Record<string, Readonly<Record<string, PluginAgentName>>>> = {
  diagnostics: { 'diagnosticsagent.exe': 'DiagnosticsAgent', 'diagnosticspluginlauncher.exe': 'DiagnosticsAgent' },
  remoteaccess: { 'remoteaccessagent.exe': 'RemoteAccessAgent' },
  remoteforwarder: { 'install.cmd': 'PluginStandIn' },
  caching: { 'dotnetupdate.cmd': 'PluginStandIn', 'cacheinstaller.exe': 'PluginStandIn' },
  webdeploy: { 'configureiis.cmd': 'PluginStandIn' },
  remotedebuggerconnector: { 'connector\\microsoft.visualstudio.windowsazure.remotedebugger.connector.exe': 'PluginStandIn' },
  profiling: { 'windowsazurediagnosticsstartup.exe': 'PluginStandIn', 'windowsazurediagnosticsagent.exe': 'PluginStandIn' },
};

/**
 * Modules that rolevm brings along and whose tasks only stand in: names, order, settings and endpoints are right, nothing is done (SM 6).
 * RemoteForwarder is none of them: what it forwards to, `rolevm rdp` reaches without it.
 */
export const standInModules: readonly string[] = ['Caching', 'WebDeploy', 'RemoteDebuggerConnector', 'Profiling', 'Connect'];

/** What plays the program of a startup task, undefined for a program that runs as it is. */
export function pluginAgentOf({ relativePath, commandLine }: Pick<TaskModel, 'relativePath' | 'commandLine'>): PluginAgentName | undefined {
  const module = /^plugins[\\/]([^\\/]+)[\\/]?$/i.exec(relativePath)?.[1]?.toLowerCase();
  if (module === undefined || !Object.hasOwn(programs, module)) return undefined;
  const ofModule = programs[module] ?? {};
  const program = programOf(commandLine).toLowerCase().replaceAll('/', '\\').replace(/^\.\\/, '');
  return [program, `${program}.exe`].flatMap((name) => (Object.hasOwn(ofModule, name) ? [ofModule[name]] : []))[0];
}
