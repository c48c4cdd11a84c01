import { type AnyStateMachine, createActor, type EventFrom, type SnapshotFrom, type StateValue } from 'xstate';
import type { ProcessReport } from '../../../contracts/links.ts';
import { dotted } from '../../../kernel/report-process.ts';
import { act, type Part, whoActs } from '../part.ts';
import type { SimulatedProcess } from '../process.ts';
import type { World } from '../world.ts';

export interface RunOptions<Machine> {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly machine: Machine;
  /** What the machine was made for. */
  readonly actors: object;
  readonly tells: object;
  /** Which part of the machine's state value is the state that a user knows. */
  readonly select?: (value: StateValue) => StateValue;
  /** Hears of each new state, dotted. */
  readonly entered: (state: string) => void;
  readonly complete?: () => void;
}

export interface RunningMachine<Machine extends AnyStateMachine> {
  send(event: EventFrom<Machine>): void;
  getSnapshot(): SnapshotFrom<Machine>;
}

/** Does for a machine what the entry file of its process does: an actor system of its own, an eye on its errors, reports of its states. */
export function runMachine<Machine extends AnyStateMachine>(options: RunOptions<Machine>): RunningMachine<Machine> {
  const { world, process, machine, actors, tells, select = (value) => value, entered, complete } = options;
  const part: Part = { actors, tells, timings: world.timings, now: process.clock.now };
  act(part);
  const actor = createActor(machine as AnyStateMachine, { clock: process.clock });
  process.actors.push(actor);
  let last: string | undefined;
  const enter = (value: StateValue) => {
    if (whoActs() !== part) throw new Error(`${process.name} acts in the name of another process`);
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
  return {
    send: (event: EventFrom<Machine>) => {
      act(part);
      actor.send(event);
    },
    getSnapshot: () => actor.getSnapshot() as SnapshotFrom<Machine>,
  };
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
