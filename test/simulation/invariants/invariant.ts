import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import type { End, SimulatedProcess } from '../process.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';

/** Something that holds all the time; it is told what happens and says `world.fail` when it does not hold. */
export interface Invariant {
  started?(process: SimulatedProcess): void;
  /** @param by `itself`, `somebody`, or the process that has killed it and why */
  ended?(process: SimulatedProcess, by: string, how: End): void;
  /** The status of an instance, before it is taken over. */
  status?(vm: SimulatedVm, status: InstanceStatus): void;
  /** The clock has gone to the next moment at which something happens. */
  stepped?(): void;
  /** A fault is over and everything has come to rest. */
  settled?(): void;
}

export type InvariantOf = (world: World) => Invariant;
