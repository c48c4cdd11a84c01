import { assign, type PromiseActorLogic, setup } from 'xstate';
import type { ToService } from '../../contracts/links.ts';
import type { Timings } from '../../contracts/timings.ts';

export interface WaAppAgentActors {
  /** Puts the guest agent on D: when there is none. @returns the version that is installed */
  readonly installGuestAgent: PromiseActorLogic<string>;
  /** Lays this version beside the present one. */
  readonly layVersion: PromiseActorLogic<void, string>;
  /** Makes this version the one that the service starts. */
  readonly switchVersion: PromiseActorLogic<void, string>;
}

export interface WaAppAgentTells {
  /** @param version of the guest agent that is installed; undefined when none could be */
  running(version: string | undefined): void;
  heartbeat(n: number): void;
  /** This version lies on D:. */
  laid(version: string): void;
  /** Asks the service control manager to stop the guest agent. */
  stopAgent(): void;
  /** Asks it to start the guest agent, which is this version now. */
  startAgent(version: string): void;
  /** It did not work, and is tried again. */
  failed(version: string, reason: string): void;
  leave(): void;
}

interface WaAppAgentContext {
  readonly timings: Pick<Timings, 'prepareRetryMs'>;
  /** Version that is being brought. */
  readonly version: string;
  /** The role has ended for it: once it lies there the service becomes this version. */
  readonly replaces: boolean;
}

/**
 * WaAppAgent: since August 2013 it only installs, configures and updates WindowsAzureGuestAgent (AB 1.1); the role never notices its end.
 *
 * Everything it does it may do twice: after its death the next one is told again, and D: tells what is installed.
 */
export function waAppAgentMachine(
  actors: WaAppAgentActors,
  tells: WaAppAgentTells,
  input: { readonly timings: Pick<Timings, 'prepareRetryMs'> },
) {
  return setup({
    types: { context: {} as WaAppAgentContext, events: {} as ToService },
    actors: { ...actors },
    delays: { retry: ({ context }) => context.timings.prepareRetryMs },
    actions: {
      take: assign((_, wanted: Pick<WaAppAgentContext, 'version' | 'replaces'>) => wanted),
      tellFailed: ({ context }, { error }: { readonly error: unknown }) =>
        tells.failed(context.version, error instanceof Error ? error.message : String(error)),
    },
  }).createMachine({
    id: 'WaAppAgent',
    context: { ...input, version: '', replaces: false },
    initial: 'installing',
    on: {
      heartbeat: { actions: ({ event }) => tells.heartbeat(event.n) },
      'service.stop': '.leaving',
      // The newest counts, whatever is under way: nothing of it does harm.
      'agent.lay': {
        target: '.laying',
        reenter: true,
        actions: { type: 'take', params: ({ event }) => ({ version: event.version, replaces: false }) },
      },
      'agent.replace': {
        target: '.laying',
        reenter: true,
        actions: { type: 'take', params: ({ event }) => ({ version: event.version, replaces: true }) },
      },
    },
    states: {
      installing: {
        invoke: {
          src: 'installGuestAgent',
          onDone: { target: 'watching', actions: ({ event }) => tells.running(event.output) },
          onError: { target: 'watching', actions: () => tells.running(undefined) },
        },
        // It is told again once it runs.
        on: { 'agent.lay': {}, 'agent.replace': {} },
      },
      watching: {},
      laying: {
        invoke: {
          src: 'layVersion',
          input: ({ context }) => context.version,
          onDone: [
            { guard: ({ context }) => context.replaces, target: 'stoppingAgent' },
            { target: 'watching', actions: ({ context }) => tells.laid(context.version) },
          ],
          onError: { target: 'failed', actions: { type: 'tellFailed', params: ({ event }) => ({ error: event.error }) } },
        },
      },
      stoppingAgent: {
        entry: () => tells.stopAgent(),
        on: { 'agent.stopped': 'switching' },
      },
      switching: {
        invoke: {
          src: 'switchVersion',
          input: ({ context }) => context.version,
          onDone: { target: 'watching', actions: ({ context }) => tells.startAgent(context.version) },
          onError: { target: 'failed', actions: { type: 'tellFailed', params: ({ event }) => ({ error: event.error }) } },
        },
      },
      failed: { after: { retry: 'laying' } },
      leaving: { type: 'final', entry: () => tells.leave() },
    },
  });
}
