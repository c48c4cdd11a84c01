/** The processes that rolevm plays, in Azure's spelling and without `.exe` (AB 1.1). */
export const processNames = [
  'WaAppAgent',
  'WindowsAzureGuestAgent',
  'WaHostBootstrapper',
  'IISConfigurator',
  'WaWorkerHost',
  'WaIISHost',
  'WaWebHost',
  'w3wp',
] as const;

export type ProcessName = (typeof processNames)[number];

/** Programs of plug-ins that rolevm plays: they run as startup tasks, under the names that their command lines have (AB 1.1). */
export type PluginAgentName = 'DiagnosticsAgent' | 'RemoteAccessAgent' | 'PluginStandIn';

/**
 * The played process a user means: any case, with or without `.exe`, as Task Manager and taskkill accept it.
 *
 * @returns the name in Azure's spelling, or undefined when no played process is called so
 */
export function playedProcessName(text: string): ProcessName | undefined {
  const wanted = withoutExe(text).toLowerCase();
  return processNames.find((name) => name.toLowerCase() === wanted);
}

/** The name without a trailing `.exe`, in whatever case it stands. */
export function withoutExe(text: string): string {
  return text.replace(/\.exe$/i, '');
}
