import type { SimulatedVm } from '../vm.ts';
import type { InvariantOf } from './invariant.ts';

/** Silence of a guest agent: UnresponsiveRole after a minute, the VM restarted after ten and not before (AB 3.1, 10.6, 11). */
export const tenMinutes: InvariantOf = (world) => {
  const { guestUnresponsiveMs, guestLostMs } = world.timings;
  const quietMs = (vm: SimulatedVm) => world.clock.now() - Math.max(vm.heardAt, vm.bootedAt);
  return {
    status: (vm, status) => {
      if (status !== 'StoppingVM' || vm.goal.expectedState === 'Stopped' || (vm.goal.event?.n ?? 0) > vm.eventDone) return;
      // The clock counts in fractions.
      if (quietMs(vm) < guestLostMs - 1) world.fail(`${vm.name} is restarted after ${Math.round(quietMs(vm))} ms of silence`);
    },
    stepped: () => {
      const up = world.processes('')[0];
      if (up === undefined || up.paused || !up.listening) return;
      for (const vm of world.vms) {
        if (!vm.hostAgent.startsWith('vm.guest') && vm.hostAgent !== 'vm.booting') continue;
        // Whoever was paused has to find out first.
        const knownMs = Math.min(quietMs(vm), world.clock.now() - up.changedAt);
        if (knownMs > guestLostMs) world.fail(`${vm.name} is not restarted after ten minutes of silence`);
        if (knownMs > guestUnresponsiveMs && vm.status === 'ReadyRole') world.fail(`${vm.name} is Ready although its agent is silent`);
      }
    },
  };
};
