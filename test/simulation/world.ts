import type { Timings } from '../../contracts/timings.ts';
import { type Random, randomOf } from '../../kernel/random.ts';
import { type SteppingClock, steppingClock } from '../../kernel/stepping-clock.ts';
import type { Invariant, InvariantOf } from './invariants/invariant.ts';
import { createProcess, type End, type ProcessPlan, type SimulatedProcess } from './process.ts';
import { openTrace, type Trace } from './trace.ts';
import type { SimulatedVm } from './vm.ts';

/** Everything that one campaign consists of. One random stream serves what the world does by itself, another one what the campaign does to it. */
export interface World {
  readonly seed: number;
  readonly clock: SteppingClock;
  readonly noise: Random;
  readonly trace: Trace;
  readonly timings: Timings;
  /**
   * Processes report each state that they enter. No machine decides by these reports, and they are half of all messages: most campaigns do
   * without them.
   */
  readonly reportsStates: boolean;
  readonly vms: readonly SimulatedVm[];
  /** The campaign is over: everything is well and told to stop. */
  stopping: boolean;
  /** What must not be and was seen; nothing else makes a campaign fail. */
  readonly violations: string[];
  fail(text: string): void;
  /** Those that live, of one VM or of all. */
  processes(vm?: string): readonly SimulatedProcess[];
  start(plan: ProcessPlan): SimulatedProcess;
  /** A process ends; whoever listens for that (`ended`) is told by `onEnd`. */
  end(process: SimulatedProcess, how: End, by: string): void;
  onEnd(process: SimulatedProcess, tell: (how: End) => void): void;
  pause(process: SimulatedProcess): void;
  resume(process: SimulatedProcess): void;
  /** Milliseconds that a message takes. */
  latency(): number;
  /** Something that a fault does later; until then nothing is at rest. */
  later(ms: number, act: () => void): void;
  /** How many of these are still to come. */
  outstanding(): number;
  /** Something that the world does later. */
  schedule(ms: number, act: () => void): void;
  /** How many of these are still to come. */
  scheduled(): number;
  tellInvariants(tell: (invariant: Invariant) => void): void;
  /** Lets time pass until `done`, at most so long. @returns whether it was done */
  pass(ms: number, done?: () => boolean): Promise<boolean>;
}

export interface WorldPlan {
  readonly seed: number;
  readonly timings: Timings;
  readonly vms: readonly SimulatedVm[];
  readonly invariants: readonly InvariantOf[];
  readonly reportsStates?: boolean;
}

export function createWorld({ seed, timings, vms, invariants, reportsStates = true }: WorldPlan): World {
  const clock = steppingClock();
  const noise = randomOf(seed, 'noise');
  let living: readonly SimulatedProcess[] = [];
  let livingIn = new Map<string, readonly SimulatedProcess[]>();
  const setLiving = (now: readonly SimulatedProcess[]) => {
    living = now;
    livingIn = new Map(['', ...vms.map(({ name }) => name)].map((name) => [name, now.filter(({ vm }) => vm === name)]));
  };
  const endListeners = new Map<number, (how: End) => void>();
  let lastPid = 100;
  let scheduled = 0;
  let outstanding = 0;
  const world: World = {
    seed,
    clock,
    noise,
    trace: openTrace(clock.now),
    timings,
    reportsStates,
    vms,
    stopping: false,
    violations: [],
    fail: (text) => {
      world.trace.note('VIOLATION', text);
      world.violations.push(text);
    },
    processes: (vm) => (vm === undefined ? living : (livingIn.get(vm) ?? [])),
    start: (plan) => {
      lastPid += 1;
      const process = createProcess(world, plan, lastPid);
      setLiving([...living, process]);
      world.trace.note(process, 'starts');
      world.tellInvariants((invariant) => invariant.started?.(process));
      return process;
    },
    end: (process, how, by) => {
      if (!process.alive) return;
      process.alive = false;
      setLiving(living.filter((other) => other !== process));
      process.forgetEverything();
      world.trace.note(process, 'signal' in how ? `killed by ${by}` : `exits with code ${how.code}`, process.state);
      world.tellInvariants((invariant) => invariant.ended?.(process, by, how));
      endListeners.get(process.pid)?.(how);
      endListeners.delete(process.pid);
      for (const child of living) {
        if (child.parent === process) world.schedule(world.latency(), () => child.receive(child.onLost));
      }
    },
    onEnd: (process, tell) => {
      endListeners.set(process.pid, tell);
    },
    pause: (process) => {
      process.paused = true;
      process.changedAt = clock.now();
      world.trace.note(process, 'paused', process.state);
    },
    resume: (process) => {
      if (!process.alive || !process.paused) return;
      world.trace.note(process, 'resumed');
      process.resume();
    },
    latency: () => (noise.chance(0.98) ? noise.between(0.1, 3) : noise.between(20, longestLatencyMs)),
    schedule: (ms, act) => {
      scheduled += 1;
      clock.setTimeout(() => {
        scheduled -= 1;
        act();
      }, ms);
    },
    scheduled: () => scheduled,
    later: (ms, act) => {
      outstanding += 1;
      world.schedule(ms, () => {
        outstanding -= 1;
        act();
      });
    },
    outstanding: () => outstanding,
    tellInvariants: (tell) => {
      for (const invariant of checked) tell(invariant);
    },
    pass: async (ms, done = () => false) => {
      const end = clock.now() + ms;
      await promisesSettled();
      for (let steps = 0; world.violations.length === 0; steps += 1) {
        if (steps > mostSteps) world.fail(`${steps} things happen without coming to an end`);
        if (done()) return true;
        if (!clock.step(end - clock.now())) {
          clock.advance(end - clock.now());
          return done();
        }
        await promisesSettled();
        world.tellInvariants((invariant) => invariant.stepped?.());
      }
      return false;
    },
  };
  const checked = invariants.map((invariantOf) => invariantOf(world));
  return world;
}

/** Far more than an hour of three VMs takes; whatever goes round in circles without taking time gets there. */
const mostSteps = 300_000;

/** Milliseconds: a message of a busy machine may come so late. */
export const longestLatencyMs = 1_500;

/** Everything that promises bring comes before the clock goes on. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
