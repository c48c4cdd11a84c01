import type { SimulatedProcess } from '../process.ts';
import { longestLatencyMs } from '../world.ts';
import type { InvariantOf } from './invariant.ts';

/**
 * A role whose bootstrapper or whose agent is gone lives on for the few seconds of AB 1.3 and no longer, unless nobody is there to end it:
 * the agent is paused (AB 1.2), or `rolevm up` when the agent is gone as well. A role host may be left to the user until the role starts anew.
 */
export const deadJobsEnd: InvariantOf = (world) => {
  const deadSince = new Map<SimulatedProcess, number>();
  const longestMs = world.timings.jobEndDelayMs + 3 * longestLatencyMs;
  return {
    stepped: () => {
      const now = world.clock.now();
      const up = world.processes('')[0];
      for (const vm of world.vms) {
        const living = world.processes(vm.name);
        const agent = living.find(({ name }) => name === 'WindowsAzureGuestAgent');
        const [bootstrapper] = living.filter(({ name }) => name === 'WaHostBootstrapper');
        const keeper = agent ?? up;
        const isKept = keeper !== undefined && up !== undefined && !keeper.paused && !up.paused && keeper.listening && now > vm.lateUntil;
        for (const process of living) {
          if (process.job === undefined) continue;
          const isWell = process.job === bootstrapper?.pid && bootstrapper.parent?.alive === true;
          const outlives = agent?.state.includes('outlived') === true && isHost(process);
          if (isWell || !isKept || outlives) deadSince.delete(process);
          else if (!deadSince.has(process)) deadSince.set(process, now);
          else if (now - (deadSince.get(process) ?? now) > longestMs) {
            world.fail(`${process.name} (${process.pid}) of ${vm.name} still lives ${Math.round(longestMs)} ms after its job`);
          }
        }
      }
    },
  };
};

/** With everything below it. */
function isHost(process: SimulatedProcess | undefined): boolean {
  return process !== undefined && (process.name === 'WaWorkerHost' || isHost(process.parent));
}
