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
export type VmEvent = ServiceEvent | { readonly type: 'vm.off' };

export interface VmActors extends ServiceActors {
  /** Ends every process of the VM, whatever state it is in. */
  readonly endEverything: PromiseActorLogic<void>;
  /** The services that programs of the VM have registered, outside of every job. */
  readonly registered: RegisteredServicesLogic;
}

interface VmContext {
  readonly timings: Timings;
  readonly services: readonly ServiceSpec[];
  readonly running: Readonly<Record<string, ActorRefFrom<ReturnType<typeof serviceMachine>>>>;
}

/** A VM from power-on to power-off: boots, and plays the service control manager with a table of services (design: processes). */
export function vmMachine(actors: VmActors) {
  const service = serviceMachine(actors);
  return setup({
    types: {
      context: {} as VmContext,
      input: {} as { readonly timings: Timings; readonly services: readonly ServiceSpec[] },
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
    context: ({ input }) => ({ ...input, running: {} }),
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
        after: { boot: 'powered' },
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
