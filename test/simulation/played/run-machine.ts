import { type AnyStateMachine, createActor, type StateValue } from 'xstate';
import type { ProcessReport } from '../../../contracts/links.ts';
import { dotted } from '../../../kernel/report-process.ts';
import type { SimulatedProcess } from '../process.ts';
import type { World } from '../world.ts';

export interface RunOptions {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly machine: AnyStateMachine;
  /** Which part of the machine's state value is the state that a user knows. */
  readonly select?: (value: StateValue) => StateValue;
  /** Hears of each new state, dotted. */
  readonly entered: (state: string) => void;
  readonly complete?: () => void;
}

/** Does for a machine what the entry file of its process does: an actor system of its own, an eye on its errors, reports of its states. */
export function runMachine({ world, process, machine, select = (value) => value, entered, complete }: RunOptions) {
  const actor = createActor(machine, { clock: process.clock });
  process.actors.push(actor);
  let last: string | undefined;
  const enter = (value: StateValue) => {
    const state = dotted(select(value));
    if (state === last) return;
    last = state;
    entered(state);
  };
  actor.subscribe({
    next: (snapshot) => process.alive && enter(snapshot.value),
    complete: () => process.alive && complete?.(),
    error: (error) => world.fail(`error of the machine of ${process.name}: ${error instanceof Error ? error.stack : error}`),
  });
  actor.start();
  if (process.alive) enter(actor.getSnapshot().value);
  return actor;
}

/** What a played process does with its new states: its parent is told. */
export function tellStates(world: World, process: SimulatedProcess, send: (message: ProcessMessage) => void): (state: string) => void {
  return (state) => {
    process.state = state;
    world.trace.note(process, 'enters', state);
    if (world.reportsStates) send({ type: 'process', process: ownReport(process) });
  };
}

interface ProcessMessage {
  readonly type: 'process';
  readonly process: ProcessReport;
}

/** A played process ends by itself once its reports have left it. */
export function exitWhenTold(world: World, process: SimulatedProcess, code: number, ms = world.noise.between(0, 10)): void {
  void process.work(ms, () => world.end(process, { code }, 'itself'));
}

function ownReport(process: SimulatedProcess): ProcessReport {
  return {
    name: process.name,
    kind: 'played',
    pid: process.pid,
    ppid: process.parent?.pid ?? 0,
    startTicks: String(process.pid),
    startedAt: '2018-08-12T11:28:39.434Z',
    state: process.state,
  };
}
