import { type ActorRefFrom, createActor } from 'xstate';
import type { Timings } from '../../contracts/timings.ts';
import type { RegisteredService, ServiceStatus } from '../../contracts/vm-door.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import type { ProcessLogic } from '../../kernel/process-logic.ts';
import { exitCodes, type RegisteredServiceTells, registeredServiceMachine, type ServiceProgram } from './registered-service.machine.ts';

/** How a service is at present. */
type Condition = Pick<ServiceStatus, 'state' | 'win32ExitCode' | 'pid'>;

/** The registered services as processes. */
export interface RunningServices {
  condition(name: string): Condition;
  /** @returns why its program cannot be started, one sentence; undefined once it runs */
  start(service: RegisteredService): Promise<string | undefined>;
  /** Asks it to stop; it may take its time. */
  stop(name: string): void;
  /** Asks all of them at the same time, as Windows does when it shuts down. Resolves when none is left. */
  stopAll(): Promise<void>;
  /** Every one ends at once, and nothing is told of it. */
  powerOff(): void;
  forget(name: string): void;
}

export interface RunningServicesParts {
  readonly process: ProcessLogic<never, ServiceProgram>;
  readonly tells: RegisteredServiceTells;
  readonly timings: Timings;
  readonly clock: AzureClock;
  readonly fault: (error: unknown) => void;
}

export function runningServices({ process, tells, timings, clock, fault }: RunningServicesParts): RunningServices {
  const machine = registeredServiceMachine(process, tells);
  type Actor = ActorRefFrom<typeof machine>;
  const actors = new Map<string, Actor>();
  const actorOf = ({ name, binPath }: ServiceProgram): Actor => {
    const known = actors.get(key(name));
    if (known !== undefined) return known;
    const actor = createActor(machine, { clock, input: { program: { name, binPath }, timings } });
    actor.subscribe({ error: fault });
    actors.set(key(name), actor);
    return actor.start();
  };
  const isStopped = (actor: Actor) => actor.getSnapshot().matches('stopped');
  const isStarting = (actor: Actor) => actor.getSnapshot().matches({ alive: 'starting' });
  return {
    condition: (name) => {
      const actor = actors.get(key(name));
      if (actor === undefined) return { state: 'stopped', win32ExitCode: exitCodes.neverStarted };
      const snapshot = actor.getSnapshot();
      const { process: running, win32ExitCode } = snapshot.context;
      const stopping = snapshot.matches({ alive: 'stopping' });
      const state = isStopped(actor) ? 'stopped' : isStarting(actor) ? 'startPending' : stopping ? 'stopPending' : 'running';
      return { state, win32ExitCode, ...(running === undefined ? {} : { pid: running.pid }) };
    },
    start: async (service) => {
      const actor = actorOf(service);
      actor.send({ type: 'service.start', binPath: service.binPath });
      await until(actor, () => !isStarting(actor));
      return actor.getSnapshot().context.failure;
    },
    stop: (name) => actors.get(key(name))?.send({ type: 'service.stop' }),
    stopAll: async () => {
      const stopped = async (actor: Actor) => {
        await until(actor, () => !isStarting(actor));
        actor.send({ type: 'service.stop' });
        await until(actor, () => isStopped(actor));
      };
      await Promise.all([...actors.values()].map(stopped));
    },
    powerOff: () => {
      for (const actor of actors.values()) actor.stop();
      actors.clear();
    },
    forget: (name) => {
      actors.get(key(name))?.stop();
      actors.delete(key(name));
    },
  };
}

function key(name: string): string {
  return name.toLowerCase();
}

/** Resolves when it is so, or when nothing of this actor is to come any more. */
function until(actor: { subscribe(listener: object): { unsubscribe(): void } }, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo()) {
      resolve();
      return;
    }
    let subscription: { unsubscribe(): void } | undefined;
    const done = () => {
      subscription?.unsubscribe();
      resolve();
    };
    subscription = actor.subscribe({ next: () => isSo() && done(), error: done, complete: done });
  });
}
