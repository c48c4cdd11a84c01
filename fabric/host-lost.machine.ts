import { setup } from 'xstate';

export type HostLostEvent =
  /** Its host agent gives no heartbeats from now on, or gives them again. */
  { readonly type: 'host.silent' } | { readonly type: 'host.heard' };

export interface HostLostTells {
  /** What its VMs do, nobody knows. */
  lost(): void;
  heard(): void;
  /** Its host is restarted, and all its VMs with it. */
  restart(): void;
  /** It is declared bad: its VMs start on other nodes. */
  giveUp(): void;
}

/**
 * A node as the fabric controller minds it, the upper rung of the recovery ladder (AB 10.6): without heartbeats of its host agent the host
 * is restarted; if that does not help, the server is bad, goes out for repair, and its guests start elsewhere.
 *
 * @param hostLostMs Azure milliseconds of silence until the restart
 * @param hostRebootMs Azure milliseconds that a restart takes
 */
export function hostLostMachine(tells: HostLostTells, { hostLostMs, hostRebootMs }: { hostLostMs: number; hostRebootMs: number }) {
  return setup({
    types: { events: {} as HostLostEvent },
    delays: { hostLost: hostLostMs, hostReboot: hostRebootMs },
  }).createMachine({
    id: 'hostLost',
    initial: 'heard',
    states: {
      heard: { on: { 'host.silent': 'silent' } },
      silent: {
        entry: () => tells.lost(),
        on: { 'host.heard': { target: 'heard', actions: () => tells.heard() } },
        initial: 'unheard',
        states: {
          unheard: { after: { hostLost: 'restarting' } },
          restarting: { entry: () => tells.restart(), after: { hostReboot: '#hostLost.bad' } },
        },
      },
      bad: { type: 'final', entry: () => tells.giveUp() },
    },
  });
}
