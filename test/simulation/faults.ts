import { vmEvents } from '../../contracts/events.ts';
import type { Random } from '../../kernel/random.ts';
import { pursue } from './goals.ts';
import { startUp } from './played/up.ts';
import type { SimulatedProcess } from './process.ts';
import type { RoleCode, TaskCode } from './troubles.ts';
import type { SimulatedVm } from './vm.ts';
import type { World } from './world.ts';

/** One thing that goes wrong, or that somebody wants meanwhile. What it needs may not be there: then it does nothing. */
export interface Fault {
  readonly name: string;
  /** How often it is taken compared with the others. */
  readonly weight: number;
  strike(world: World, vm: SimulatedVm, choose: Random): void;
}

export const faults: readonly Fault[] = [
  {
    name: 'kill',
    weight: 8,
    strike: (world, vm, choose) => onOne(world, vm, choose, (process) => world.end(process, sigkill, 'somebody')),
  },
  {
    name: 'kill WaHostBootstrapper',
    weight: 4,
    strike: (world, vm) => onNamed(world, vm, 'WaHostBootstrapper', (it) => world.end(it, sigkill, 'somebody')),
  },
  {
    name: 'kill WindowsAzureGuestAgent',
    weight: 2,
    strike: (world, vm) => onNamed(world, vm, 'WindowsAzureGuestAgent', (it) => world.end(it, sigkill, 'somebody')),
  },
  { name: 'pause', weight: 5, strike: (world, vm, choose) => onOne(world, vm, choose, (it) => pauseFor(world, it, pauseMs(choose))) },
  {
    name: 'pause WindowsAzureGuestAgent',
    weight: 2,
    strike: (world, vm, choose) => onNamed(world, vm, 'WindowsAzureGuestAgent', (it) => pauseFor(world, it, breakInMs(world, choose))),
  },
  {
    name: 'WaAppAgent hangs',
    weight: 0.5,
    // For good: nobody misses it, but it will not stop when it is told to.
    strike: (world, vm) => onNamed(world, vm, 'WaAppAgent', (it) => it.state === 'watching' && world.pause(it)),
  },
  { name: 'pause rolevm up', weight: 0.5, strike: (world, _, choose) => upOf(world, (up) => pauseFor(world, up, pauseMs(choose))) },
  {
    name: 'the laptop sleeps',
    weight: 1,
    strike: (world, _, choose) => sleepFor(world, choose.pick([10_000, 90_000, 900_000, 3_600_000])),
  },
  {
    name: 'linger-host',
    weight: 2,
    strike: (world, vm, choose) => {
      vm.setFaults(['linger-host']);
      const [killMs, byHandMs, clearMs] = [choose.between(10, 5_000), choose.between(0, 30_000), choose.between(0, 60_000)];
      world.later(killMs, () => onNamed(world, vm, 'WaHostBootstrapper', (it) => world.end(it, sigkill, 'somebody')));
      if (choose.chance(0.5)) {
        world.later(killMs + byHandMs, () => onNamed(world, vm, 'WaWorkerHost', (it) => world.end(it, sigkill, 'somebody')));
      }
      if (choose.chance(0.5)) world.later(clearMs, () => vm.setFaults([]));
    },
  },
  {
    name: 'role code fails',
    weight: 3,
    strike: (world, vm, choose) =>
      ['WaWorkerHost', 'program'].forEach((name) => {
        const how = choose.pick(['returns', 'throws', 'uncaught'] as const);
        onNamed(world, vm, name, (it) => {
          it.doomed = true;
          it.receive(() => it.misbehave(how));
        });
      }),
  },
  {
    name: 'role code will fail',
    weight: 4,
    strike: (_, vm, choose) => {
      for (let times = choose.whole(1, 3); times > 0; times -= 1) vm.troubles.roleCode.push(badRoleCode(choose));
    },
  },
  {
    name: 'tasks will fail',
    weight: 2,
    strike: (_, vm, choose) => {
      for (let times = choose.whole(1, 3); times > 0; times -= 1) vm.troubles.taskCode.push(badTaskCode(choose));
    },
  },
  {
    name: 'guest cannot be prepared',
    weight: 2,
    strike: (_, vm, choose) => {
      vm.troubles.prepareGuest += choose.whole(1, 4);
      vm.troubles.layAgent += choose.whole(0, 4);
    },
  },
  {
    name: 'RoleModel.xml is truncated',
    weight: 1,
    strike: (_, vm, choose) => {
      vm.troubles.readRole += choose.whole(1, 3);
    },
  },
  { name: 'programs are missing', weight: 1, strike: (_, vm, choose) => countUp(vm.troubles.notStarted, choose) },
  { name: 'starts are slow', weight: 1, strike: (_, vm, choose) => countUp(vm.troubles.slowStart, choose) },
  {
    name: 'messages are late',
    weight: 1,
    strike: (world, vm, choose) =>
      onOne(world, vm, choose, (it) => lateFor(world, vm, it, choose.between(100, 10_000), choose.between(1_000, 30_000))),
  },
  {
    name: 'recycle',
    weight: 4,
    strike: (world, vm) => {
      if (vm.goal.expectedState === 'Started') pursue(world, vm, { roleGeneration: vm.goal.roleGeneration + 1 });
    },
  },
  {
    name: 'stop or start',
    weight: 3,
    strike: (world, vm, choose) => {
      const isStart = vm.goal.expectedState === 'Stopped';
      if (isStart && choose.chance(0.1)) vm.troubles.createVm += 1;
      // With its power, or without: the emulator ends.
      pursue(world, vm, isStart ? { expectedState: 'Started' } : { expectedState: 'Stopped', power: choose.pick(['on', 'off']) });
    },
  },
  {
    name: 'stop, and start before it is stopped',
    weight: 1,
    strike: (world, vm, choose) => {
      const [late, soon] = [choose.between(0, 5_000), choose.between(0, 10_000)];
      onNamed(world, vm, 'WindowsAzureGuestAgent', (agent) => lateFor(world, vm, agent, late, 2 * soon));
      pursue(world, vm, { expectedState: 'Stopped' });
      world.later(soon, () => pursue(world, vm, { expectedState: 'Started' }));
    },
  },
  {
    name: 'an event happens',
    weight: 3,
    strike: (world, vm, choose) => {
      if (vm.goal.expectedState === 'Stopped') return;
      const [n, name] = [(vm.goal.event?.n ?? 0) + 1, choose.pick(drivenEvents)];
      const version = name === 'update-agent' ? { agentVersion: `3.0.0.${n}` } : {};
      pursue(world, vm, { expectedState: 'Started', event: { n, name, ...version } });
    },
  },
  {
    name: 'the guest agent is updated',
    weight: 2,
    strike: (world, vm, choose) => {
      // Whoever takes part in it may be killed meanwhile.
      const [victim, afterMs] = [choose.pick(['WaAppAgent', 'WindowsAzureGuestAgent', 'nobody']), choose.between(0, 4_000)];
      if (vm.goal.expectedState === 'Stopped') return;
      const n = (vm.goal.event?.n ?? 0) + 1;
      pursue(world, vm, { expectedState: 'Started', event: { n, name: 'update-agent', agentVersion: `3.0.0.${n}` } });
      world.later(afterMs, () => onNamed(world, vm, victim, (it) => world.end(it, sigkill, 'somebody')));
    },
  },
  {
    name: 'the same goal again',
    weight: 1,
    strike: (world, vm) => pursue(world, vm, { expectedState: vm.goal.expectedState, power: vm.goal.power }),
  },
  { name: 'power loss', weight: 0.25, strike: (world, _, choose) => upOf(world, (up) => losePower(world, up, choose)) },
];

/** @returns a fault, each as often as its weight says */
export function pickFault(choose: Random): Fault {
  // Weights are multiples of a quarter.
  return choose.pick(faults.flatMap((fault) => Array.from({ length: 4 * fault.weight }, () => fault)));
}

/** Those that the host agent lets happen to the VM. */
const drivenEvents = vmEvents.filter((name) => !['recycle', 'stop', 'start'].includes(name));

const sigkill = { signal: 'SIGKILL' } as const;

function onOne(world: World, vm: SimulatedVm, choose: Random, act: (process: SimulatedProcess) => void): void {
  const processes = world.processes(vm.name);
  if (processes.length > 0) act(choose.pick(processes));
}

function onNamed(world: World, vm: SimulatedVm, name: string, act: (process: SimulatedProcess) => void): void {
  for (const process of world.processes(vm.name)) if (process.name === name) act(process);
}

function upOf(world: World, act: (up: SimulatedProcess) => void): void {
  for (const up of world.processes('')) act(up);
}

function pauseFor(world: World, process: SimulatedProcess, ms: number): void {
  if (process.paused) return;
  world.pause(process);
  world.later(ms, () => world.resume(process));
}

/** Nothing runs anywhere for so long; then everything goes on, in no particular order. */
function sleepFor(world: World, ms: number): void {
  const awake = world.processes().filter(({ paused }) => !paused);
  for (const process of awake) world.pause(process);
  for (const process of awake) world.later(ms + world.noise.between(0, 5), () => world.resume(process));
}

/** @param lateMs by which its messages are late, for `forMs` */
function lateFor(world: World, vm: SimulatedVm, process: SimulatedProcess, lateMs: number, forMs: number): void {
  process.lagMs = lateMs;
  vm.lateUntil = Math.max(vm.lateUntil, world.clock.now() + forMs + lateMs);
  world.later(forMs, () => {
    process.lagMs = 0;
  });
}

function pauseMs(choose: Random): number {
  return choose.pick([choose.between(0, 5_000), choose.between(5_000, 50_000), choose.between(50_000, 400_000)]);
}

/** A second, a minute and more, about ten minutes, far too long (AB 11). */
function breakInMs(world: World, choose: Random): number {
  const { guestUnresponsiveMs, guestLostMs } = world.timings;
  return choose.pick([
    choose.between(0, guestUnresponsiveMs),
    choose.between(guestUnresponsiveMs, guestLostMs),
    choose.between(guestLostMs - 10_000, guestLostMs + 10_000),
    2 * guestLostMs,
  ]);
}

function badRoleCode(choose: Random): Partial<RoleCode> {
  const runMs = choose.between(0, 60_000);
  return choose.pick<Partial<RoleCode>>([
    { load: 'throws' },
    { onStart: 'false' },
    { onStart: 'throws' },
    { onStartMs: choose.between(10_000, 60_000) },
    { run: 'returns', runMs },
    { run: 'throws', runMs },
    { run: 'uncaught', runMs },
    { onStop: 'throws' },
    { onStopMs: choose.between(200_000, 400_000) },
    { onStopMs: forEverMs },
    { run: 'returns', runMs, onStopMs: forEverMs },
    { exitMs: forEverMs },
  ]);
}

/** Longer than anybody waits. */
const forEverMs = 36_000_000;

function badTaskCode(choose: Random): Partial<TaskCode> {
  return choose.pick<Partial<TaskCode>>([{ code: 1 }, { code: 3010 }, { ms: choose.between(30_000, 120_000) }, { leavesDaemon: true }]);
}

const programs = ['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost', 'simple task 0', 'program'];

function countUp(counts: Map<string, number>, choose: Random): void {
  const name = choose.pick(programs);
  counts.set(name, (counts.get(name) ?? 0) + choose.whole(1, 3));
}

/** `rolevm up` is killed: its keeper ends everything within two seconds; later somebody starts it anew. */
function losePower(world: World, up: SimulatedProcess, choose: Random): void {
  world.end(up, sigkill, 'somebody');
  const keptMs = choose.between(0, 2_000);
  world.later(keptMs, () => {
    for (const process of world.processes()) world.end(process, sigkill, 'the keeper');
  });
  world.later(keptMs + choose.between(0, 5_000), () => {
    for (const vm of world.vms) {
      const { event } = vm.goal;
      vm.goal = { incarnation: 1, expectedState: 'Started', power: 'on', roleGeneration: 0, ...(event === undefined ? {} : { event }) };
      vm.goalAt = world.clock.now();
      vm.status = 'RoleStateUnknown';
    }
    startUp(world);
  });
}
