import { assign, fromPromise, type PromiseActorLogic, setup } from 'xstate';
import type { Pass } from './collector.ts';
import type { DiagnosticsConfiguration, DiagnosticsSource } from './configuration.ts';

export interface DiagnosticsActors {
  /** Reads the configuration and opens the store. */
  readonly initialize: PromiseActorLogic<DiagnosticsConfiguration>;
  readonly collect: (source: DiagnosticsSource) => Promise<Pass>;
}

export interface DiagnosticsTells {
  initialized(configuration: DiagnosticsConfiguration): void;
  failed(reason: string): void;
  collected(source: DiagnosticsSource, pass: Pass): void;
}

/**
 * DiagnosticsAgent: initialises, then collects each source at its own scheduledTransferPeriod until it is ended. With a configuration that
 * cannot be used it ends, and so does the task that waits for it.
 */
export function diagnosticsMachine(actors: DiagnosticsActors, tells: DiagnosticsTells) {
  return setup({
    types: { context: {} as { readonly sources: readonly DiagnosticsSource[] } },
    actors: { initialize: actors.initialize, source: sourceMachine(actors, tells) },
  }).createMachine({
    id: 'DiagnosticsAgent',
    context: { sources: [] },
    initial: 'initializing',
    states: {
      initializing: {
        invoke: {
          src: 'initialize',
          onDone: {
            target: 'collecting',
            actions: [({ event }) => tells.initialized(event.output), assign({ sources: ({ event }) => event.output.sources })],
          },
          onError: {
            target: 'failed',
            actions: ({ event }) => tells.failed(event.error instanceof Error ? event.error.message : String(event.error)),
          },
        },
      },
      collecting: {
        entry: assign(({ context, spawn }) => {
          for (const source of context.sources) spawn('source', { id: source.kind, input: source });
          return {};
        }),
      },
      failed: { type: 'final' },
    },
  });
}

/** One source: waits, collects, waits. The wait begins when the collecting is over, so that passes never meet. */
function sourceMachine({ collect }: DiagnosticsActors, tells: DiagnosticsTells) {
  return setup({
    types: { context: {} as { readonly source: DiagnosticsSource }, input: {} as DiagnosticsSource },
    actors: { collect: fromPromise(({ input }: { input: DiagnosticsSource }) => collect(input)) },
    delays: { period: ({ context }) => context.source.periodMs },
  }).createMachine({
    id: 'source',
    context: ({ input }) => ({ source: input }),
    initial: 'waiting',
    states: {
      waiting: { after: { period: 'collecting' } },
      collecting: {
        invoke: {
          src: 'collect',
          input: ({ context }) => context.source,
          onDone: { target: 'waiting', actions: ({ context, event }) => tells.collected(context.source, event.output) },
        },
      },
    },
  });
}
