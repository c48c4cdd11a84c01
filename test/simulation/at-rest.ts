import { jobMembers } from './job.ts';
import type { SimulatedProcess } from './process.ts';
import type { SimulatedVm } from './vm.ts';
import type { World } from './world.ts';

/**
 * Whether an instance is in the state that its goal prescribes (AB 1.2, 3.1, 10.6) with exactly the processes that belong to it.
 *
 * @returns undefined when it is, else what is missing
 */
export function restlessness(world: World, vm: SimulatedVm): string | undefined {
  const processes = world.processes(vm.name);
  const isHeldUp = updateIsHeldUp(world, vm);
  const isComing = (vm.goal.event?.n ?? 0) > vm.eventDone && !isHeldUp;
  const coming = isComing ? `${vm.goal.event?.name} has not happened (host agent: ${vm.hostAgent})` : undefined;
  if (vm.goal.expectedState === 'Stopped') {
    if (vm.status !== 'StoppedVM') return `status is ${vm.status} instead of StoppedVM (host agent: ${vm.hostAgent})`;
    if (vm.goal.power === 'off') return processes.length === 0 ? undefined : `left over: ${names(processes)}`;
    const strangers = processes.filter(({ name }) => name !== 'WaAppAgent' && name !== 'WindowsAzureGuestAgent');
    return strangers.length === 0 ? (coming ?? notInState(processes, suspended)) : `left over: ${names(strangers)}`;
  }
  if (vm.hostAgent === 'failed') return vm.status === 'FailedStartingVM' ? undefined : `status is ${vm.status} instead of FailedStartingVM`;
  if (coming !== undefined) return coming;
  const { name, agentVersion } = vm.goal.event ?? {};
  if (name === 'update-agent' && !isHeldUp && vm.installedAgent !== agentVersion)
    return `the guest agent is ${vm.installedAgent} instead of ${agentVersion}`;
  if (vm.status !== 'ReadyRole') return `status is ${vm.status} instead of ReadyRole (host agent: ${vm.hostAgent}; ${states(processes)})`;
  return (
    wrongProcesses(world, vm) ??
    (roleStartedAt(world, vm) < vm.goalAt && !isHeldUp ? 'the role is still the one from before the last goal' : undefined)
  );
}

/** A WaAppAgent that hangs for good: agent updates stop, and nothing else (AB 1.2). */
function updateIsHeldUp(world: World, vm: SimulatedVm): boolean {
  const installer = world.processes(vm.name).find(({ name }) => name === 'WaAppAgent');
  return vm.goal.event?.name === 'update-agent' && installer?.paused === true && installer.state === 'watching';
}

function wrongProcesses(world: World, vm: SimulatedVm): string | undefined {
  const processes = world.processes(vm.name);
  const wanted: readonly (readonly [name: string, state: string])[] = [
    ['WaAppAgent', 'watching'],
    ['WindowsAzureGuestAgent', 'alive.ready'],
    ['WaHostBootstrapper', 'host.ready'],
    ['WaWorkerHost', vm.entryPoint === 'NetFxEntryPoint' ? 'entryPoint.running' : 'program.running'],
    ...(vm.entryPoint === 'ProgramEntryPoint' ? ([['program', '']] as const) : []),
  ];
  const wrong = notInState(processes, wanted);
  if (wrong !== undefined) return wrong;
  const bootstrapper = processes.find(({ name }) => name === 'WaHostBootstrapper')?.pid;
  const strangers = jobMembers(world, vm).filter((process) => process.job !== bootstrapper || process.name.startsWith('simple'));
  return strangers.length === 0 ? undefined : `left over: ${names(strangers)}`;
}

/** What lives in a VM whose role is suspended (K17). */
const suspended = [
  ['WaAppAgent', 'watching'],
  ['WindowsAzureGuestAgent', 'stopped'],
] as const;

/** Whether there is exactly one of each of these, in its state. @returns what is missing */
function notInState(
  processes: readonly SimulatedProcess[],
  wanted: readonly (readonly [name: string, state: string])[],
): string | undefined {
  for (const [name, state] of wanted) {
    const found = processes.filter((process) => process.name === name);
    if (found.length !== 1) return `${found.length} of ${name}: ${states(processes)}`;
    if (found[0]?.state !== state) return `${name} is ${found[0]?.state} instead of ${state}`;
    if (found[0]?.doomed) return `${name} is about to fail`;
  }
  return undefined;
}

function roleStartedAt(world: World, vm: SimulatedVm): number {
  return world.processes(vm.name).find(({ name }) => name === 'WaHostBootstrapper')?.startedAt ?? 0;
}

function names(processes: readonly SimulatedProcess[]): string {
  return processes.map(({ name, pid }) => `${name} (${pid})`).join(', ');
}

function states(processes: readonly SimulatedProcess[]): string {
  return processes.map(({ name, pid, state, paused }) => `${name} (${pid}) ${paused ? 'paused in ' : ''}${state}`).join(', ');
}
