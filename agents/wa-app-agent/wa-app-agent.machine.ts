import { type PromiseActorLogic, setup } from 'xstate';
import type { ToService } from '../../contracts/links.ts';

export interface WaAppAgentActors {
  /** Puts the guest agent's program on D: when it is not there. */
  readonly installGuestAgent: PromiseActorLogic<void>;
}

export interface WaAppAgentTells {
  running(): void;
  heartbeat(n: number): void;
  leave(): void;
}

/** WaAppAgent: since August 2013 it only installs, configures and updates WindowsAzureGuestAgent (AB 1.1); the role never notices its end. */
export function waAppAgentMachine(actors: WaAppAgentActors, tells: WaAppAgentTells) {
  return setup({
    types: { events: {} as ToService },
    actors: { ...actors },
  }).createMachine({
    id: 'WaAppAgent',
    initial: 'installing',
    on: {
      heartbeat: { actions: ({ event }) => tells.heartbeat(event.n) },
      'service.stop': '.leaving',
    },
    states: {
      installing: { invoke: { src: 'installGuestAgent', onDone: 'watching', onError: 'watching' } },
      watching: { entry: () => tells.running() },
      leaving: { type: 'final', entry: () => tells.leave() },
    },
  });
}
