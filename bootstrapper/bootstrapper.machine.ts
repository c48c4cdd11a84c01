import { assign } from 'xstate';
import type { FromHost } from '../contracts/links.ts';
import type { Timings } from '../contracts/timings.ts';
import { type BootstrapperActors, type BootstrapperTells, bootstrapperWords, startMessage, taskOutcome } from './bootstrapper.words.ts';
import { hostEndedText } from './details.ts';
import type { Role } from './read-role.ts';

/**
 * WaHostBootstrapper: reads the role model, runs the startup tasks in document order, starts the role host and watches it
 * (AB 3.2). It ends with an outcome; starting anew is the guest agent's decision. Its children are left to their job.
 */
export function bootstrapperMachine(actors: BootstrapperActors, tells: BootstrapperTells, timings: Timings) {
  return bootstrapperWords(actors, tells).createMachine({
    id: 'WaHostBootstrapper',
    context: { timings, next: 0, running: {}, outcome: { kind: 'internalError', details: '' } },
    initial: 'readingRoleModel',
    on: {
      heartbeat: { actions: ({ event }) => tells.heartbeat(event.n) },
      'task.started': { actions: ({ event }) => tells.taskStarted(event.task, event.process) },
      'task.ended': {
        actions: [({ event }) => tells.taskEnded(event.task, event.cause), { type: 'forgetTask', params: ({ event }) => event.task }],
      },
    },
    states: {
      readingRoleModel: {
        entry: () => tells.phase('StartingRole', 'Preparing to start role... System is initializing.'),
        invoke: {
          src: 'readRole',
          onDone: { target: 'startupTasks', actions: assign({ role: ({ event }) => event.output }) },
          onError: {
            target: 'ended',
            actions: {
              type: 'end',
              params: ({ event }) => ({
                kind: 'roleModelUnreadable',
                details: event.error instanceof Error ? event.error.message : String(event.error),
              }),
            },
          },
        },
        on: { 'role.stop': { target: 'ended', actions: { type: 'end', params: { kind: 'stopped', details: '' } } } },
      },
      startupTasks: {
        initial: 'choosing',
        on: { 'role.stop': { target: 'waitingForForeground', actions: { type: 'end', params: { kind: 'stopped', details: '' } } } },
        states: {
          choosing: {
            always: [
              { guard: 'noTaskLeft', target: '#WaHostBootstrapper.host' },
              {
                target: 'starting',
                actions: [
                  'startNextTask',
                  () => tells.phase('StartingRole', 'Waiting for role to start... System startup tasks are running.'),
                ],
              },
            ],
          },
          // Simple tasks hold up the list, without any limit of time; the other types do not (AB 5.1, 1.2).
          starting: { always: [{ guard: 'startedSimpleTask', target: 'waiting' }, { target: 'choosing' }] },
          waiting: {
            after: { longWait: { actions: { type: 'tellWait', params: 'task' } } },
            on: {
              'task.ended': [
                {
                  guard: { type: 'isAwaitedTask', params: ({ event }) => event.task },
                  target: 'judging',
                  actions: [
                    ({ event }) => tells.taskEnded(event.task, event.cause),
                    { type: 'forgetTask', params: ({ event }) => event.task },
                    { type: 'end', params: ({ event }) => taskOutcome(event.task, event.cause) },
                  ],
                },
                {
                  actions: [
                    ({ event }) => tells.taskEnded(event.task, event.cause),
                    { type: 'forgetTask', params: ({ event }) => event.task },
                  ],
                },
              ],
            },
          },
          judging: {
            always: [
              { guard: ({ context }) => context.outcome.kind === 'taskFailed', target: '#WaHostBootstrapper.ended' },
              { target: 'choosing' },
            ],
          },
        },
      },
      host: {
        invoke: { id: 'host', src: 'host', input: ({ context }) => context.role as Role },
        initial: 'starting',
        on: {
          'process.started': {
            actions: [
              ({ event }) => tells.hostStarted(event.process),
              { type: 'tellHost', params: ({ context }) => startMessage(context.role) },
            ],
          },
          'process.message': [
            {
              guard: ({ event }) => event.message.type === 'process',
              actions: ({ event }) => event.message.type === 'process' && tells.relay(event.message.process),
            },
            {
              guard: ({ event }) => event.message.type === 'host.failed',
              actions: assign({ lastWords: ({ event }) => event.message as Extract<FromHost, { type: 'host.failed' }> }),
            },
          ],
          'process.exited': {
            target: 'ended',
            actions: [
              ({ event }) => tells.hostEnded(event.cause),
              {
                type: 'end',
                params: ({ context, event }) => ({ kind: 'hostExited', details: hostEndedText(event.cause, context.lastWords) }),
              },
            ],
          },
        },
        states: {
          starting: {
            entry: () => tells.phase('BusyRole', 'Starting role... System is initializing.'),
            after: { longWait: { actions: { type: 'tellWait', params: 'onStart' } } },
            on: {
              'process.message': { guard: ({ event }) => event.message.type === 'host.ready', target: 'ready' },
              'role.stop': 'stopping',
            },
          },
          ready: {
            entry: () => tells.phase('ReadyRole', ''),
            on: {
              'process.message': { guard: ({ event }) => event.message.type === 'host.runReturned', target: 'recycling' },
              'role.stop': 'stopping',
            },
          },
          // Run has returned: an orderly recycle, and the host is already on its way through Stopping and OnStop (AB 3.3).
          recycling: { entry: { type: 'end', params: { kind: 'recycle', details: 'Run returned.' } }, always: 'ending' },
          stopping: {
            entry: [
              { type: 'end', params: { kind: 'stopped', details: '' } },
              { type: 'tellHost', params: { type: 'role.stop' } },
            ],
            always: 'ending',
          },
          ending: {
            entry: ['expectHostExit', () => tells.phase('StoppingRole', '')],
            after: { onStop: { target: 'killed', actions: { type: 'tellWait', params: 'onStop' } } },
            on: {
              'process.message': { guard: ({ event }) => event.message.type === 'host.stopped', target: 'leaving' },
              'process.exited': {
                target: '#WaHostBootstrapper.waitingForForeground',
                actions: ({ event }) => tells.hostEnded(event.cause),
              },
            },
          },
          leaving: {
            after: { hostExit: { target: 'killed', actions: { type: 'tellWait', params: 'exit' } } },
            on: {
              'process.exited': {
                target: '#WaHostBootstrapper.waitingForForeground',
                actions: ({ event }) => tells.hostEnded(event.cause),
              },
            },
          },
          // A kill takes milliseconds, unless the process waits for a device: the end of the job will name it.
          killed: {
            entry: 'killHost',
            after: { hostExit: { target: '#WaHostBootstrapper.waitingForForeground', actions: { type: 'tellWait', params: 'kill' } } },
            on: {
              'process.exited': {
                target: '#WaHostBootstrapper.waitingForForeground',
                actions: ({ event }) => tells.hostEnded(event.cause),
              },
            },
          },
        },
      },
      // The order of OnStop and this wait is not documented: OnStop first (AB 3.4). Nothing limits it.
      waitingForForeground: {
        always: { guard: 'noForegroundTask', target: 'ended' },
        after: { longWait: { actions: { type: 'tellWait', params: 'foreground' } } },
      },
      ended: { type: 'final', entry: ({ context }) => tells.outcome(context.outcome) },
    },
  });
}
