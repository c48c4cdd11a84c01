import type { TaskType } from '../../contracts/role-model.ts';
import { resolveTimings, type TimingName, type Timings } from '../../contracts/timings.ts';
import { type Random, randomOf } from '../../kernel/random.ts';
import { restlessness } from './at-rest.ts';
import { pickFault } from './faults.ts';
import { pursue } from './goals.ts';
import { allInvariants } from './invariants/all.ts';
import { startUp } from './played/up.ts';
import { createVm, type SimulatedVm } from './vm.ts';
import { createWorld, type World } from './world.ts';

export interface CampaignResult {
  readonly seed: number;
  /** How often which fault struck. */
  readonly faults: readonly string[];
  /** Azure milliseconds from the last fault of each burst to rest. */
  readonly restMs: readonly number[];
  /** What must not be; empty when all is well. */
  readonly violations: readonly string[];
  trace(): readonly string[];
}

/**
 * One campaign: VMs are started, bursts of faults strike, after each burst everything has to come to rest in the state that Azure prescribes, and
 * in the end everything is stopped. The seed decides everything.
 */
export async function runCampaign(seed: number): Promise<CampaignResult> {
  const choose = randomOf(seed, 'campaign');
  const world = createWorld({
    seed,
    timings: timingsOf(choose),
    vms: vmsOf(choose),
    invariants: allInvariants,
    reportsStates: choose.chance(0.2),
  });
  const struck: string[] = [];
  const restMs: number[] = [];
  startUp(world);
  for (const vm of world.vms) pursue(world, vm, { expectedState: 'Started' });
  // Some are struck while they start for the first time.
  if (choose.chance(0.3)) await world.pass(choose.between(0, 5_000));
  else restMs.push(await rest(world));
  for (let bursts = choose.whole(1, 2); bursts > 0 && world.violations.length === 0; bursts -= 1) {
    for (let strikes = choose.whole(1, 3); strikes > 0; strikes -= 1) {
      const fault = pickFault(choose);
      const vm = choose.pick(world.vms);
      world.trace.note('FAULT', fault.name, vm.name);
      struck.push(fault.name);
      fault.strike(world, vm, choose);
      if (strikes > 1) await world.pass(choose.between(0, choose.pick([0, 10, 1_000, 30_000])));
    }
    restMs.push(await rest(world));
  }
  world.stopping = true;
  for (const vm of world.vms) pursue(world, vm, { expectedState: 'Stopped', power: 'off' });
  restMs.push(await rest(world));
  return { seed, faults: struck, restMs, violations: world.violations, trace: () => [seedLine(world), ...world.trace.lines()] };
}

/** Waits until nothing is under way and every instance is where it has to be, and stays there. */
async function rest(world: World): Promise<number> {
  const from = world.clock.now();
  const isAtRest = () => world.outstanding() === 0 && world.vms.every((vm) => restlessness(world, vm) === undefined);
  if (world.violations.length === 0 && !(await world.pass(longestRestMs, isAtRest))) world.fail(`no rest: ${unrest(world)}`);
  const took = world.clock.now() - from;
  await world.pass(2 * Math.max(world.timings.heartbeatMs, world.timings.hostHeartbeatMs));
  if (world.violations.length === 0 && !isAtRest()) world.fail(`rest did not last: ${unrest(world)}`);
  if (world.violations.length === 0) world.tellInvariants((invariant) => invariant.settled?.());
  return took;
}

/** A laptop that sleeps for an hour, and what comes after. */
const longestRestMs = 7_200_000;

function unrest(world: World): string {
  return world.vms.map((vm) => `${vm.name}: ${restlessness(world, vm) ?? 'at rest'}`).join('; ');
}

function vmsOf(choose: Random): SimulatedVm[] {
  const types: readonly TaskType[] = ['simple', 'simple', 'background', 'foreground'];
  return Array.from({ length: choose.pick([1, 1, 2, 3]) }, (_, index) =>
    createVm(
      `R_IN_${index}`,
      choose.chance(0.7) ? 'NetFxEntryPoint' : 'ProgramEntryPoint',
      Array.from({ length: choose.whole(0, 3) }, () => choose.pick(types)),
    ),
  );
}

/** Half of the campaigns run with Azure's durations, the others with some that a user might set. */
function timingsOf(choose: Random): Timings {
  const overrides: Partial<Record<TimingName, number>> = {};
  if (choose.chance(0.5)) {
    for (const name of [
      'lostBootstrapperRestartMs',
      'crashRestartMs',
      'recycleRestartMs',
      'jobEndDelayMs',
      'serviceRecoveryMs',
      'bootVmMs',
      'createVmMs',
    ] as const) {
      if (choose.chance(0.5)) overrides[name] = choose.pick([0, 1_000, 30_000]);
    }
    overrides.heartbeatMs = choose.pick([5_000, 20_000]);
    overrides.hostHeartbeatMs = choose.pick([5_000, 20_000]);
  }
  return resolveTimings(1, overrides);
}

function seedLine({ seed, vms }: World): string {
  return `seed ${seed}: ${vms.map(({ name, entryPoint, tasks }) => `${name} ${entryPoint} [${tasks.join(', ')}]`).join('; ')}`;
}
