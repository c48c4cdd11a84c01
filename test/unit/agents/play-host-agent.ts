import { createActor, fromCallback, fromPromise } from 'xstate';
import { hostAgentMachine } from '../../../agents/host-agent/host-agent.machine.ts';
import type { ServiceSpec } from '../../../agents/vm/service.machine.ts';
import { imageAgentVersion } from '../../../contracts/agent-version.ts';
import { describeExit, type ExitCause } from '../../../contracts/exit-cause.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import type { FromService, ToService } from '../../../contracts/links.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent } from '../../../kernel/process-logic.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';
import { eventFates } from '../../../sandbox/drive-fate.ts';

export const services: readonly ServiceSpec[] = [
  { name: 'WaAppAgent', ownsJob: false },
  { name: 'WindowsAzureGuestAgent', ownsJob: true },
];

/** A process of a service, as the test plays it. */
export interface PlayedService {
  readonly commands: ProcessCommand<ToService>[];
  says(message: FromService): void;
  exits(cause: ExitCause): void;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A host agent whose VM has services that the test plays; `trace` is what is told and done, one line each. */
export function playHostAgent(
  acts: {
    readonly createVm?: () => Promise<void>;
    /** Number of the last event that has happened to the VM before. */
    readonly eventDone?: number;
    readonly closeJob?: () => Promise<void>;
    /** What a service does with a command by itself; without it, it only listens. */
    readonly service?: (name: string, command: ProcessCommand<ToService>, process: PlayedService) => void;
    /** The guest agent says by itself that it runs. */
    readonly running?: boolean;
  } = {},
) {
  const clock = steppingClock();
  const trace: string[] = [];
  const running = new Map<string, PlayedService>();
  const faults: unknown[] = [];
  let pid = 0;
  let eventDone = acts.eventDone ?? 0;
  let installed = imageAgentVersion;
  const machine = hostAgentMachine(
    {
      changeDrives: fromPromise(async ({ input }) => {
        await acts.createVm?.();
        if (input.some(({ name }) => eventFates[name].D === 'rebuilt')) installed = imageAgentVersion;
        if (input.length > 0) trace.push(`drives after ${input.map(({ name }) => name).join(', ')}`);
        eventDone = input.at(-1)?.n ?? eventDone;
        return eventDone;
      }),
      process: fromCallback(({ input, sendBack, receive }) => {
        const { name } = input as ServiceSpec;
        pid += 1;
        trace.push(`${name} starts`);
        const send = sendBack as (event: ProcessEvent<FromService>) => void;
        const played: PlayedService = {
          commands: [],
          says: (message) => {
            if (message.type === 'agent.start') installed = message.version;
            send({ type: 'process.message', message });
          },
          exits: (cause) => {
            if (running.get(name) === played) running.delete(name);
            send({ type: 'process.exited', cause });
          },
        };
        running.set(name, played);
        receive((command) => {
          played.commands.push(command);
          if (command.type === 'process.kill') played.exits({ kind: command.cause, signal: 'SIGKILL' });
          else acts.service?.(name, command, played);
        });
        send({ type: 'process.started', process: { pid, startTicks: '1', startedAt: '' } });
        if (acts.running === true) played.says({ type: 'running', ...(name === 'WaAppAgent' ? { agentVersion: installed } : {}) });
        return () => {
          if (running.get(name) === played) running.delete(name);
        };
      }),
      closeJob: fromPromise(async ({ input }) => {
        await acts.closeJob?.();
        trace.push(`job of ${input.name} closed`);
      }),
      endEverything: fromPromise(async () => {
        trace.push('plug pulled');
      }),
      registered: fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'registered.stopped' }))),
    },
    {
      guestHeard: () => trace.push('guest heard'),
      guestLate: () => trace.push('guest is late'),
      guestLost: (how) => trace.push(`guest is lost: ${how}`),
      updateIsLate: (version) => trace.push(`update to ${version} is late`),
      creationIsLong: () => trace.push('creation is long'),
      boots: () => trace.push('Windows starts'),
      shutsDown: (by) => trace.push(by === 'platform' ? 'Windows shuts down' : 'Windows shuts down from inside'),
      off: () => trace.push('off'),
      power: () => {},
      bootFaultSpent: () => trace.push('boot fault is spent'),
      bootsFail: () => trace.push('boots fail'),
      hostOverdue: () => trace.push('host is overdue'),
      status: (status, details) => trace.push(details === '' ? status : `${status}: ${details}`),
      service: (event) => {
        if (event.type === 'service.exited') trace.push(`${event.service} ${describeExit(event.cause)}`);
        if (event.type === 'service.overdue') trace.push(`${event.service} is overdue after ${event.after}`);
      },
    },
    { timings: resolveTimings(1), services, eventDone },
  );
  const actor = createActor(machine, { clock });
  actor.subscribe({ error: (error) => faults.push(error) });
  actor.start();
  let incarnation = 0;
  const played = {
    actor,
    clock,
    trace,
    faults,
    settle,
    service: (name: string) => {
      const found = running.get(name);
      if (found === undefined) throw new Error(`${name} does not run`);
      return found;
    },
    runs: (name: string) => running.has(name),
    agent: () => played.service('WindowsAzureGuestAgent'),
    /** What the guest agent that runs now was told. */
    told: () => played.agent().commands.flatMap((command) => (command.type === 'process.send' ? [command.message] : [])),
    async goal(expectedState: HostGoal['expectedState'], changes: Partial<HostGoal> = {}) {
      incarnation += 1;
      actor.send({
        type: 'goal',
        goal: { incarnation, expectedState, power: expectedState === 'Started' ? 'on' : 'off', roleGeneration: 0, ...changes },
      });
      await played.pass(0);
    },
    /** Lets time pass; promises settle once a second. */
    async pass(ms: number, eachSecond: () => void = () => {}) {
      await settle();
      clock.advance(0);
      await settle();
      for (let left = ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(1_000, left));
        eachSecond();
        await settle();
      }
      // What takes no time still takes a timer.
      clock.advance(0);
      await settle();
    },
    status: () => trace.filter((line) => isStatus(line)).at(-1) as string | undefined,
    statuses: () => trace.filter((line) => isStatus(line)),
  };
  return played;
}

export type PlayedHostAgent = ReturnType<typeof playHostAgent>;

const word = /^(RoleStateUnknown|(Creating|Starting|Stopping|Stopped|Deleting|FailedStarting)VM|\w+Role)\b/;
const isStatus = (line: string) => word.test(line);

/** Services as they are when all is well: they answer heartbeats, stop when told to, and the agent stops its role. */
export function healthy(name: string, command: ProcessCommand<ToService>, process: PlayedService): void {
  if (command.type !== 'process.send') return;
  const { message } = command;
  if (message.type === 'heartbeat') process.says({ type: 'heartbeat', n: message.n });
  else if (message.type === 'service.stop') process.exits({ kind: 'asked', code: 0 });
  else if (name === 'WindowsAzureGuestAgent' && message.type === 'goal') {
    if (message.goal.expectedState === 'Stopped') process.says({ type: 'role.stopped' });
    else process.says(report('ReadyRole'));
  }
}

/** A WaAppAgent that does at once what it is told. */
export function installer(name: string, command: ProcessCommand<ToService>, process: PlayedService): void {
  if (name !== 'WaAppAgent' || command.type !== 'process.send') return;
  const { message } = command;
  if (message.type === 'agent.lay') process.says({ type: 'agent.laid', version: message.version });
  if (message.type === 'agent.replace') process.says({ type: 'agent.stop' });
  if (message.type !== 'agent.stopped') return;
  const told = process.commands.findLast((earlier) => earlier.type === 'process.send' && earlier.message.type === 'agent.replace');
  if (told?.type === 'process.send' && told.message.type === 'agent.replace')
    process.says({ type: 'agent.start', version: told.message.version });
}

export function report(status: InstanceStatus, details = ''): FromService {
  return { type: 'status', incarnation: 1, status, details };
}

/** One whose VM is up and whose guest agent has said that the role is Ready. */
export async function readyInstance(acts: Parameters<typeof playHostAgent>[0] = {}): Promise<PlayedHostAgent> {
  const played = playHostAgent(acts);
  await played.goal('Started');
  played.agent().says({ type: 'running' });
  played.agent().says(report('ReadyRole'));
  await played.settle();
  return played;
}
