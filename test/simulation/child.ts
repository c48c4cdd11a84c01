import { type EventObject, fromCallback } from 'xstate';
import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
import type { Random } from '../../kernel/random.ts';
import type { StartGate } from '../../kernel/start-gate.ts';
import { openLink } from './link.ts';
import { act, actingPart } from './part.ts';
import type { End, SimulatedProcess } from './process.ts';
import { takeOne } from './troubles.ts';
import type { SimulatedVm } from './vm.ts';
import type { World } from './world.ts';

/** The line of a played process to the one that started it. */
export interface UpLink<Up> {
  send(message: Up): void;
}

/** A program of the simulation. */
export interface Program<Down, Up> {
  readonly name: string;
  readonly bootMs: number;
  /** Form of the messages that it accepts. */
  readonly accepts?: $ZodType<Down>;
  /** As `ProcessPlan.job`. */
  readonly job?: number | 'own' | undefined;
  main(process: SimulatedProcess, up: UpLink<Up>): void;
  receive?(message: Down): void;
  onLost?(): void;
}

export interface ChildOptions<Down, Up, Input> {
  readonly world: World;
  readonly vm: SimulatedVm;
  readonly owner: SimulatedProcess;
  readonly program: (input: Input) => Program<Down, Up>;
  /** Form of the messages that are accepted from it. */
  readonly accepts?: $ZodType<Up>;
  /** Hears of each message before the machine does. */
  readonly heard?: (input: Input) => void;
  readonly whenStopped: 'kill' | 'leave';
  readonly gate?: StartGate;
}

/** The counterpart of the kernel's processLogic: invoked by a machine it starts a simulated process and tells what becomes of it. */
export function simulatedChild<Down extends object, Up, Input = undefined>(
  options: ChildOptions<Down, Up, Input>,
): ProcessLogic<Down, Input> {
  const { owner, gate, whenStopped } = options;
  return fromCallback(({ input, sendBack, receive }) => {
    const part = actingPart();
    let tell = (event: ProcessEvent<Up>) => {
      act(part);
      sendBack(event as EventObject);
    };
    let leaveGate = () => {};
    let child: Child<Down> | undefined;
    let early: Parameters<Parameters<typeof receive>[0]>[0][] | undefined = [];
    const heed = (command: Parameters<Parameters<typeof receive>[0]>[0]) => {
      if (command.type === 'process.send') child?.send(command.message);
      else if (command.type === 'process.expectExit') child?.expectExit();
      else child?.kill(command.cause);
    };
    const start = () => {
      const said = early ?? [];
      early = undefined;
      child = startChild(options, input, (event) => {
        if (event.type !== 'process.started') leaveGate();
        tell(event);
      });
      for (const command of said) heed(command);
    };
    if (gate === undefined) start();
    else leaveGate = gate.enter(start);
    receive((command) => {
      if (early === undefined) heed(command);
      else if (command.type !== 'process.kill') early.push(command);
      else {
        early = undefined;
        leaveGate();
        tell({ type: 'process.exited', cause: { kind: command.cause } });
      }
    });
    return () => {
      tell = () => {};
      leaveGate();
      if (owner.alive && whenStopped === 'kill') child?.kill('asked');
    };
  });
}

interface Child<Down> {
  send(message: Down): void;
  expectExit(): void;
  kill(cause: ExitCause['kind']): void;
}

function startChild<Down, Up, Input>(
  options: ChildOptions<Down, Up, Input>,
  input: Input,
  tell: (event: ProcessEvent<Up>) => void,
): Child<Down> | undefined {
  const { world, vm, owner, program: programOf } = options;
  const program = programOf(input);
  if (takeOne(vm.troubles.notStarted, program.name)) {
    world.trace.note(owner, `cannot start ${program.name}`);
    world.schedule(0, () => owner.receive(() => tell({ type: 'process.exited', cause: { kind: 'notStarted', detail: 'spawn ENOENT' } })));
    return undefined;
  }
  let up = { send: (_: Up) => {} };
  const slow = takeOne(vm.troubles.slowStart, program.name);
  const process = world.start({
    name: program.name,
    vm: vm.name,
    parent: owner,
    job: program.job,
    bootMs: slow ? slowStartMs(world.noise) : program.bootMs,
    main: (itself) => program.main(itself, up),
    onLost: () => program.onLost?.(),
  });
  const upward = openLink<Up>(world, process, owner, (raw) => {
    options.heard?.(input);
    const beat = heartbeatOf(raw);
    if (beat !== undefined) process.beats.answered = beat;
    tell({ type: 'process.message', message: accepted(world, options.accepts, raw) });
  });
  const downward = openLink<Down>(world, owner, process, (raw) => {
    const beat = heartbeatOf(raw);
    if (beat !== undefined) Object.assign(process.beats, { asked: beat, askedAt: world.clock.now() });
    program.receive?.(accepted(world, program.accepts, raw));
  });
  up = upward;
  let expected: ExitCause['kind'] | undefined;
  world.onEnd(process, (how) => {
    const lastAt = upward.cut('signal' in how ? world.noise.whole(0, 2) : 0);
    const now = world.clock.now();
    // The end of a process and its last words come on different ways.
    const at = world.noise.chance(0.1) ? now : Math.max(now, lastAt);
    const exit = exitCauseOf(how, expected);
    world.schedule(at - now + world.noise.between(0, 20), () => owner.receive(() => tell({ type: 'process.exited', cause: exit })));
  });
  tell({ type: 'process.started', process: { pid: process.pid, startTicks: String(process.pid), startedAt: '2018-08-12T11:28:39.434Z' } });
  return {
    send: downward.send,
    expectExit: () => {
      expected ??= 'asked';
    },
    kill: (cause) => {
      expected = cause;
      world.end(process, { signal: 'SIGKILL' }, `${owner.name} (${cause})`);
    },
  };
}

/** A machine under load, a virus scanner; or something that holds it up for longer than the ten minutes of AB 10.6. */
function slowStartMs(noise: Random): number {
  return noise.chance(0.8) ? noise.between(5_000, 40_000) : 1_200_000;
}

function heartbeatOf(message: unknown): number | undefined {
  const { type, n } = message as { readonly type?: unknown; readonly n?: unknown };
  return type === 'heartbeat' && typeof n === 'number' ? n : undefined;
}

/** The real receiver drops what has not the form that it accepts, without a word; here that is a fault. */
function accepted<Message>(world: World, form: $ZodType<Message> | undefined, raw: Message): Message {
  if (form === undefined) return raw;
  const parsed = safeParse(form, raw);
  if (parsed.success) return parsed.data;
  world.fail(`a message that its receiver does not accept: ${JSON.stringify(raw)}`);
  return raw;
}

function exitCauseOf(how: End, kind: ExitCause['kind'] | undefined): ExitCause {
  if ('signal' in how) return { kind: kind ?? 'killed', signal: how.signal };
  return { kind: kind ?? 'exited', code: how.code };
}
