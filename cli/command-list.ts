import type { Command } from 'commander';
import type { Cli } from './cli.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: (command: Command, cli: Cli) => void }>;
}

/** Every subcommand in the order of the help: one file each, evaluated when it is called for. */
export const commandList: readonly CommandEntry[] = [
  { name: 'init', summary: 'write a small working service into a folder', load: () => import('./commands/init.ts') },
  { name: 'validate', summary: 'check a service definition and its configuration', load: () => import('./commands/validate.ts') },
  { name: 'up', summary: 'run a service: fabric, VMs, agents, roles', load: () => import('./commands/up.ts') },
  { name: 'down', summary: 'stop the running service in order', load: () => import('./commands/down.ts') },
  { name: 'status', summary: 'show the deployment and its instances', load: () => import('./commands/status.ts') },
  { name: 'wait', summary: 'wait until instances are in a state', load: () => import('./commands/wait.ts') },
  { name: 'ps', summary: 'show the process tree of every instance', load: () => import('./commands/ps.ts') },
  { name: 'kill', summary: 'end a process as Task Manager does', load: () => import('./commands/kill.ts') },
  { name: 'debug', summary: 'break into a process with a debugger, or let it go', load: () => import('./commands/debug.ts') },
  { name: 'logs', summary: 'read the logs on the drives', load: () => import('./commands/logs.ts') },
  { name: 'events', summary: 'read the Windows event log of an instance', load: () => import('./commands/events.ts') },
  { name: 'timeline', summary: 'draw what happened over time', load: () => import('./commands/timeline.ts') },
  { name: 'rdp', summary: 'sign in to an instance: a shell in its guest', load: () => import('./commands/rdp.ts') },
  { name: 'recycle', summary: 'stop a role in order and start it again', load: () => import('./commands/recycle.ts') },
  { name: 'stop', summary: 'stop roles, the emulator goes on', load: () => import('./commands/stop.ts') },
  { name: 'start', summary: 'start what was stopped', load: () => import('./commands/start.ts') },
  { name: 'reboot', summary: 'restart Windows of a VM', load: () => import('./commands/reboot.ts') },
  { name: 'reimage', summary: 'make D: and the role drive anew', load: () => import('./commands/reimage.ts') },
  { name: 'rebuild', summary: 'make every drive anew', load: () => import('./commands/rebuild.ts') },
  { name: 'power-cycle', summary: 'take the power off a node and back', load: () => import('./commands/power-cycle.ts') },
  { name: 'migrate', summary: 'heal onto another node', load: () => import('./commands/migrate.ts') },
  { name: 'update', summary: 'update the host, the guest OS or the agent', load: () => import('./commands/update.ts') },
  { name: 'patch', summary: 'copy a file to where it belongs on E:', load: () => import('./commands/patch.ts') },
  { name: 'snapshot', summary: 'save all drives and put them back', load: () => import('./commands/snapshot.ts') },
  { name: 'image', summary: 'make images for VM roles', load: () => import('./commands/image.ts') },
  { name: 'plan', summary: 'preview what an event takes away', load: () => import('./commands/plan.ts') },
  { name: 'fault', summary: 'make something go wrong on demand', load: () => import('./commands/fault.ts') },
  { name: 'chaos', summary: 'let faults strike a deployment and see it recover', load: () => import('./commands/chaos.ts') },
  { name: 'rehearse', summary: 'rehearse what is done to a running role', load: () => import('./commands/rehearse.ts') },
  { name: 'doctor', summary: 'find and end what earlier runs have left', load: () => import('./commands/doctor.ts') },
  { name: 'version', summary: 'show versions, for a report', load: () => import('./commands/version.ts') },
  { name: 'completion', summary: 'print a completion script for a shell', load: () => import('./commands/completion.ts') },
  { name: 'help', summary: 'explain a command or a topic', load: () => import('./commands/help.ts') },
];

/** Commands that rolevm calls itself; no help lists them. */
export const hiddenCommandList: readonly CommandEntry[] = [
  { name: '__keep', summary: 'run the emulator under its keeper', load: () => import('./commands/keep.ts') },
  { name: '__complete', summary: 'answer a completion script', load: () => import('./commands/complete.ts') },
];
