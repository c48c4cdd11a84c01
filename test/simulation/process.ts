import type { AnyActorRef } from 'xstate';
import type { AzureClock } from '../../kernel/clock.ts';
import { timersOf } from './process-timers.ts';
import type { RoleCode } from './troubles.ts';
import type { World } from './world.ts';

/** How a process ended, as the operating system knows it. */
export type End = { readonly signal: 'SIGKILL' } | { readonly code: number };

export interface ProcessPlan {
  readonly name: string;
  /** Empty for what runs outside of all VMs. */
  readonly vm: string;
  readonly parent?: SimulatedProcess | undefined;
  /** Pid of the bootstrapper whose role it belongs to: a job in the sense of what has to end together. */
  readonly job?: number | 'own' | undefined;
  /** Azure milliseconds from its start until it listens. */
  readonly bootMs: number;
  /** Begins its work. What comes before that waits. */
  readonly main: (process: SimulatedProcess) => void;
  /** The process that started it is gone. */
  readonly onLost?: () => void;
}

/**
 * An operating-system process of the simulation: whatever reaches it comes in through `receive` or one of its own timers, runs when it is
 * neither booting nor paused, and never when it is dead. A death is sudden: nothing inside learns of it.
 */
export interface SimulatedProcess {
  readonly pid: number;
  readonly name: string;
  readonly vm: string;
  readonly parent: SimulatedProcess | undefined;
  readonly job: number | undefined;
  readonly startedAt: number;
  readonly clock: AzureClock;
  alive: boolean;
  paused: boolean;
  listening: boolean;
  /** When it was last paused or resumed. */
  changedAt: number;
  /** State of its machine, dotted. */
  state: string;
  /** The roots of the actor systems in it. */
  readonly actors: AnyActorRef[];
  /** Something in it is bound to go wrong without any further fault. */
  doomed: boolean;
  /** Its OnStop takes longer than it may. */
  slowToStop: boolean;
  /** Which of the entry point's methods were called. */
  readonly called: { run: boolean; onStop: boolean };
  /** The last sign of life that it was asked for, and the last that it gave. */
  readonly beats: { asked: number; askedAt: number; answered: number };
  /** Makes its role code end at once; does nothing where there is none. */
  misbehave: (how: RoleCode['run']) => void;
  /** Its messages take so many milliseconds more. */
  lagMs: number;
  readonly onLost: () => void;
  /** Input from outside: runs in order, after what waits already. */
  receive(act: () => void): void;
  /** Something that it does and that takes so long; `result` may throw. */
  work<T>(ms: number, result: () => T): Promise<T>;
  resume(): void;
  /** Timers of its clock and of its work; what fell due while it could not run counts. */
  timers(): { readonly machine: number; readonly clock: number; readonly work: number };
  forgetEverything(): void;
}

export function createProcess(world: World, plan: ProcessPlan, pid: number): SimulatedProcess {
  let waiting: { readonly act: () => void; readonly timer: boolean }[] = [];
  let pumping = false;
  const runs = () => process.alive && process.listening && !process.paused;
  const pump = () => {
    if (pumping || waiting.length === 0 || !runs()) return;
    pumping = true;
    // One at a time, so that what promises bring comes between.
    world.schedule(0, () => {
      pumping = false;
      if (runs()) waiting.shift()?.act();
      pump();
    });
  };
  const enter = (act: () => void, timer: boolean) => {
    if (!process.alive) return;
    if (runs() && waiting.length === 0) return act();
    waiting.push({ act, timer });
    pump();
  };
  const timers = timersOf(world, (act) => enter(act, true));
  let mayRun = false;
  const begin = () => {
    if (!mayRun || !process.alive || process.paused || process.listening) return;
    process.listening = true;
    world.trace.note(process, 'runs');
    plan.main(process);
    pump();
  };
  const process: SimulatedProcess = {
    pid,
    name: plan.name,
    vm: plan.vm,
    parent: plan.parent,
    job: plan.job === 'own' ? pid : plan.job,
    startedAt: world.clock.now(),
    clock: timers.clock,
    alive: true,
    paused: false,
    listening: false,
    changedAt: world.clock.now(),
    state: '',
    actors: [],
    doomed: false,
    slowToStop: false,
    called: { run: false, onStop: false },
    beats: { asked: 0, askedAt: 0, answered: 0 },
    misbehave: () => {},
    lagMs: 0,
    onLost: plan.onLost ?? (() => {}),
    receive: (act) => enter(act, false),
    work: timers.work,
    resume: () => {
      process.paused = false;
      process.changedAt = world.clock.now();
      // What fell due meanwhile and what has arrived meanwhile both wait: nobody promises which of them comes first.
      const [first, second] = world.noise.chance(0.5) ? [true, false] : [false, true];
      waiting = [...waiting.filter(({ timer }) => timer === first), ...waiting.filter(({ timer }) => timer === second)];
      begin();
      pump();
    },
    timers: timers.counts,
    forgetEverything: () => {
      waiting = [];
      timers.clear();
    },
  };
  world.schedule(plan.bootMs, () => {
    mayRun = true;
    begin();
  });
  return process;
}
