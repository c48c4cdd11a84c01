import type { SimulatedProcess } from '../process.ts';
import type { SimulatedVm } from '../vm.ts';
import { longestLatencyMs, type World } from '../world.ts';
import type { InvariantOf } from './invariant.ts';

interface Loss {
  readonly at: number;
  readonly job: number;
  readonly incarnation: number;
  readonly agent: number;
}

/**
 * A killed WaHostBootstrapper of a started role, its agent being well: what it has started lives on for the few seconds of AB 1.3, and the next
 * one starts at the heartbeat after the restart delay, neither earlier nor later (AB 1.2, 4).
 */
export const restartWindow: InvariantOf = (world) => {
  const losses = new Map<SimulatedVm, Loss>();
  const { lostBootstrapperRestartMs, jobEndDelayMs, heartbeatMs } = world.timings;
  const latestMs = Math.max(lostBootstrapperRestartMs + heartbeatMs, jobEndDelayMs) + longestPrepareMs + 2 * longestLatencyMs;
  const now = () => world.clock.now();
  return {
    ended: (process, by) => {
      const vm = world.vms.find(({ name }) => name === process.vm);
      if (vm === undefined) return;
      const loss = losses.get(vm);
      if (loss !== undefined && process.job === loss.job && by.startsWith('WindowsAzureGuestAgent') && now() - loss.at < jobEndDelayMs) {
        world.fail(`${process.name} of ${vm.name} is ended ${Math.round(now() - loss.at)} ms after its bootstrapper was killed`);
      }
      if (process.name !== 'WaHostBootstrapper' || by !== 'somebody') return;
      const agent = agentOf(world, vm);
      if (agent !== undefined && isLoss(world, vm, process, agent)) {
        losses.set(vm, { at: now(), job: process.pid, incarnation: vm.goal.incarnation, agent: agent.pid });
      }
    },
    started: (process) => {
      const vm = world.vms.find(({ name }) => name === process.vm);
      const loss = vm === undefined || process.name !== 'WaHostBootstrapper' ? undefined : losses.get(vm);
      if (vm === undefined || loss === undefined) return;
      losses.delete(vm);
      const afterMs = Math.round(now() - loss.at);
      if (afterMs < lostBootstrapperRestartMs) world.fail(`WaHostBootstrapper of ${vm.name} is back after ${afterMs} ms`);
    },
    stepped: () => {
      for (const [vm, loss] of losses) {
        const agent = agentOf(world, vm);
        if (
          agent?.pid !== loss.agent ||
          agent.paused ||
          agent.state === 'leaving' ||
          vm.goal.incarnation !== loss.incarnation ||
          cannotStart(vm)
        )
          losses.delete(vm);
        else if (now() - loss.at > latestMs)
          world.fail(`WaHostBootstrapper of ${vm.name} is not back after ${Math.round(now() - loss.at)} ms`);
      }
    },
  };
};

const longestPrepareMs = 500;

/** Nothing else is under way that would end the role: neither its own end, nor a goal. */
function isLoss(world: World, vm: SimulatedVm, bootstrapper: SimulatedProcess, agent: SimulatedProcess): boolean {
  if (bootstrapper.state === 'ended' || agent.paused || !agent.state.startsWith('alive.') || agent.state.startsWith('alive.stopping'))
    return false;
  const up = world.processes('')[0];
  const quietSince = Math.max(vm.goalAt, vm.lateUntil, up?.changedAt ?? 0);
  return vm.goal.expectedState === 'Started' && up?.paused === false && world.clock.now() - quietSince > longestLatencyMs;
}

function agentOf(world: World, vm: SimulatedVm) {
  return world.processes(vm.name).find(({ name }) => name === 'WindowsAzureGuestAgent');
}

function cannotStart({ troubles }: SimulatedVm): boolean {
  return troubles.prepareGuest > 0 || (troubles.notStarted.get('WaHostBootstrapper') ?? 0) > 0;
}
