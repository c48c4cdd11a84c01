/**
 * One bundle per process, under the process's own name, so that it carries only what it uses.
 *
 * `played` marks the processes of the VM, which are counted in milliseconds and megabytes.
 *
 * @typedef {{ out: string, source: string, executable?: boolean, played?: boolean }} Entry
 * @type {readonly Entry[]}
 */
export const entries = [
  { out: 'rolevm.cjs', source: 'cli/launch.ts', executable: true },
  { out: 'cli.cjs', source: 'cli/main.ts' },
  { out: 'emulator.cjs', source: 'control/emulator/main.ts' },
  { out: 'boot.cjs', source: 'kernel/boot.ts', played: true },
  { out: 'WaAppAgent.cjs', source: 'agents/wa-app-agent/main.ts', played: true },
  { out: 'WindowsAzureGuestAgent.cjs', source: 'agents/guest-agent/main.ts', played: true },
  { out: 'WaHostBootstrapper.cjs', source: 'bootstrapper/main.ts', played: true },
  { out: 'WaWorkerHost.cjs', source: 'hosts/worker-host/main.ts', played: true },
  { out: 'sc.cjs', source: 'sandbox/tools/sc/main.ts', executable: true, played: true },
  { out: 'net.cjs', source: 'sandbox/tools/net/main.ts', executable: true, played: true },
  { out: 'iisreset.cjs', source: 'sandbox/tools/iisreset/main.ts', executable: true, played: true },
  { out: 'shutdown.cjs', source: 'sandbox/tools/shutdown/main.ts', executable: true, played: true },
  { out: 'DiagnosticsAgent.cjs', source: 'hosts/plugins/diagnostics/main.ts', played: true },
  { out: 'RemoteAccessAgent.cjs', source: 'hosts/plugins/remote-access/main.ts', played: true },
  { out: 'PluginStandIn.cjs', source: 'hosts/plugins/stand-in/main.ts', played: true },
  { out: 'report-exit-code.cjs', source: 'sandbox/programs/report-exit-code.ts', played: true },
  { out: 'runtime.cjs', source: 'runtime/index.ts', played: true },
];

/**
 * Packages that stand in a bundle of their own beside the others, because a process needs them late or never: what imports them
 * dynamically requires the bundle then, and until then neither reads nor compiles them.
 *
 * @typedef {{ out: string, source: string }} LatePackage
 * @type {readonly LatePackage[]}
 */
export const latePackages = [
  { out: 'fastify.cjs', source: 'fastify' },
  { out: 'chokidar.cjs', source: 'chokidar' },
  { out: 'ws.cjs', source: 'ws' },
];

/** The source whose types the package offers as `rolevm/runtime`. */
export const typedEntry = 'runtime/index.ts';
