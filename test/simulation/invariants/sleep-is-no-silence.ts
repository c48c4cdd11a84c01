import { emulatorMs } from '../../../contracts/timings-of-the-emulator.ts';
import type { SimulatedVm } from '../vm.ts';
import type { InvariantOf } from './invariant.ts';

interface Silence {
  heardAt: number;
  /** How long `rolevm up` has listened since then in vain. */
  listenedMs: number;
  pauses: number;
}

/** No VM is restarted for a silence in which nobody was there to hear: `rolevm up` was suspended, or the laptop slept. */
export const sleepIsNoSilence: InvariantOf = (world) => {
  const silences = new Map<SimulatedVm, Silence>();
  const { guestLostMs, hostHeartbeatMs } = world.timings;
  let at = 0;
  let listened = false;
  const look = () => {
    const up = world.processes('')[0];
    const passedMs = world.clock.now() - at;
    at = world.clock.now();
    const listens = up?.alive === true && !up.paused;
    for (const vm of world.vms) {
      const heardAt = Math.max(vm.heardAt, vm.bootedAt);
      const silence = silences.get(vm);
      if (silence?.heardAt !== heardAt) silences.set(vm, { heardAt, listenedMs: 0, pauses: 0 });
      else if (listened) silence.listenedMs += passedMs;
      if (silence !== undefined && listened && !listens) silence.pauses += 1;
    }
    listened = listens;
  };
  return {
    stepped: look,
    status: (vm, status) => {
      if (status !== 'StoppingVM' || vm.goal.expectedState === 'Stopped' || (vm.goal.event?.n ?? 0) > vm.eventDone) return;
      look();
      const { listenedMs, pauses } = silences.get(vm) ?? { listenedMs: 0, pauses: 0 };
      // A pause is known to within a beat.
      const leastMs = guestLostMs - pauses * (hostHeartbeatMs + emulatorMs.stoodStill) - 1;
      if (listenedMs < leastMs) world.fail(`${vm.name} is restarted although it was listened to for only ${Math.round(listenedMs)} ms`);
    },
  };
};
