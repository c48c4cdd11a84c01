import { type ActorRefFrom, assign, enqueueActions, type PromiseActorLogic, sendParent, sendTo, setup } from 'xstate';
import type { ToService } from '../../contracts/links.ts';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { RegisteredServicesCommand, RegisteredServicesEvent, RegisteredServicesLogic } from './registered-services.ts';
import { type ServiceActors, type ServiceCommand, type ServiceEvent, type ServiceSpec, serviceMachine } from './service.machine.ts';

export type VmCommand =
  | { readonly type: 'vm.tell'; readonly service: ProcessName; readonly message: ToService }
  /** Windows shuts down: services are stopped in reverse order, those that were registered in the VM first. */
  | { readonly type: 'vm.shutDown' }
  /** The plug is pulled: everything ends at once. */
  | { readonly type: 'vm.powerOff' };

/** What the VM tells the host agent. */
export type VmEvent =
  | ServiceEvent
  /** A program inside wants Windows to restart; nothing happens before the host agent says so. */
  | { readonly type: 'vm.rebootAsked' }
  | { readonly type: 'vm.off' };

export interface VmActors extends ServiceActors {
  /** Ends every process of the VM, whatever state it is in. */
  readonly endEverything: PromiseActorLogic<void>;
  /** The services that programs of the VM have registered, outside of every job. */
  readonly registered: RegisteredServicesLogic;
}

interface VmContext {
  readonly timings: Timings;
  readonly services: readonly ServiceSpec[];
  /** Windows does not come up: it hangs before its services start. */
  readonly bootFails: boolean;
  readonly running: Readonly<Record<string, ActorRefFrom<ReturnType<typeof serviceMachine>>>>;
}

/** A VM from power-on to power-off: boots, and plays the service control manager with a table of services (design: processes). */
export function vmMachine(actors: VmActors) {
  const service = serviceMachine(actors);
  return setup({
    types: {
      context: {} as VmContext,
      input: {} as { readonly timings: Timings; readonly services: readonly ServiceSpec[]; readonly bootFails?: boolean },
      events: {} as VmCommand | ServiceEvent | RegisteredServicesEvent,
    },
    actors: { endEverything: actors.endEverything, registered: actors.registered, service },
    delays: { boot: ({ context }) => context.timings.bootVmMs },
    actions: {
      startServices: assign({
        running: ({ context, spawn }) =>
          Object.fromEntries(
            context.services.map((spec) => [spec.name, spawn('service', { id: spec.name, input: { spec, timings: context.timings } })]),
          ),
      }),
      /** WaAppAgent asks for it (AB 1.1); who is not there has stopped. */
      stopAgent: ({ context }) => {
        const agent = context.running[guestAgent];
        if (agent === undefined) context.running.WaAppAgent?.send(agentStopped);
        else agent.send({ type: 'service.end' });
      },
      tellAgentStopped: ({ context }, name: ProcessName) => {
        if (name === guestAgent) context.running.WaAppAgent?.send(agentStopped);
      },
      startAgent: assign(({ context, spawn }) => {
        const spec = context.services.find(({ name }) => name === guestAgent);
        if (spec === undefined || context.running[guestAgent] !== undefined) return {};
        return { running: { ...context.running, [guestAgent]: spawn('service', { input: { spec, timings: context.timings } }) } };
      }),
      forget: assign(({ context }, name: ProcessName) => {
        const { [name]: _, ...running } = context.running;
        return { running };
      }),
      tellService: ({ context }, { service: name, message }: { service: ProcessName; message: ToService }) =>
        context.running[name]?.send({ type: 'service.tell', message } satisfies ServiceCommand),
      endLastService: ({ context }) => {
        const last = [...context.services].reverse().find((spec) => context.running[spec.name] !== undefined);
        if (last !== undefined) context.running[last.name]?.send({ type: 'service.end' });
      },
      stopRegistered: sendTo('registered', (): RegisteredServicesCommand => ({ type: 'registered.stop' })),
      letGoOfServices: enqueueActions(({ context, enqueue }) => {
        for (const actor of Object.values(context.running)) enqueue.stopChild(actor);
        enqueue.assign({ running: {} });
      }),
      report: sendParent((_, event: VmEvent) => event),
    },
  }).createMachine({
    id: 'vm',
    context: ({ input }) => ({ bootFails: false, ...input, running: {} }),
    initial: 'booting',
    on: {
      'vm.powerOff': '.poweringOff',
      'service.started': { actions: { type: 'report', params: ({ event }) => event } },
      'service.message': { actions: { type: 'report', params: ({ event }) => event } },
      'service.exited': { actions: { type: 'report', params: ({ event }) => event } },
      'service.overdue': { actions: { type: 'report', params: ({ event }) => event } },
      'service.stopped': { actions: { type: 'forget', params: ({ event }) => event.service } },
    },
    states: {
      booting: {
        after: { boot: { guard: ({ context }) => !context.bootFails, target: 'powered' } },
        on: { 'vm.shutDown': 'poweringOff' },
      },
      powered: {
        invoke: { id: 'registered', src: 'registered' },
        initial: 'on',
        states: {
          on: {
            entry: 'startServices',
            on: {
              'vm.tell': { actions: { type: 'tellService', params: ({ event }) => event } },
              'vm.shutDown': 'stoppingRegistered',
              'service.message': [
                {
                  guard: ({ event }) => event.message.type === 'agent.stop',
                  actions: ['stopAgent', { type: 'report', params: ({ event }) => event }],
                },
                {
                  guard: ({ event }) => event.message.type === 'agent.start',
                  actions: ['startAgent', { type: 'report', params: ({ event }) => event }],
                },
                { actions: { type: 'report', params: ({ event }) => event } },
              ],
              'service.stopped': {
                actions: [
                  { type: 'forget', params: ({ event }) => event.service },
                  { type: 'tellAgentStopped', params: ({ event }) => event.service },
                ],
              },
              'registered.rebootAsked': { actions: { type: 'report', params: { type: 'vm.rebootAsked' } } },
            },
          },
          stoppingRegistered: {
            entry: 'stopRegistered',
            on: { 'registered.stopped': 'shuttingDown' },
          },
          shuttingDown: {
            entry: 'endLastService',
            always: { guard: ({ context }) => Object.keys(context.running).length === 0, target: '#vm.poweringOff' },
            on: {
              'service.stopped': {
                target: 'shuttingDown',
                reenter: true,
                actions: { type: 'forget', params: ({ event }) => event.service },
              },
            },
          },
        },
      },
      poweringOff: {
        entry: 'letGoOfServices',
        invoke: { src: 'endEverything', onDone: 'off', onError: 'off' },
      },
      off: { type: 'final', entry: { type: 'report', params: { type: 'vm.off' } } },
    },
  });
}

const guestAgent = 'WindowsAzureGuestAgent' satisfies ProcessName;
const agentStopped: ServiceCommand = { type: 'service.tell', message: { type: 'agent.stopped' } };
