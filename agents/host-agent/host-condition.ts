import { type FaultName, hostFaults } from '../../contracts/faults.ts';
import { bootFailuresToMigration } from '../../contracts/timings.ts';

/** What the host agent knows of its host, and of the boots of its VM there. */
export interface HostCondition {
  /** Other guests of the node have still to go down for an update of the host. */
  readonly othersAreOn: boolean;
  /** Boots in a row after which the guest agent has not reported. */
  readonly bootsFailed: number;
  /** So many more fail while the fault `boot-fails` is set. */
  readonly bootsToFail: number;
  /** Windows of the present boot does not come up. */
  readonly bootFails: boolean;
}

export const healthyHost: HostCondition = { othersAreOn: false, bootsFailed: 0, bootsToFail: Number.POSITIVE_INFINITY, bootFails: false };

/** @returns the condition in which a boot begins */
export function bootsOn(host: HostCondition, faults: readonly FaultName[]): HostCondition {
  const bootFails = faults.includes('boot-fails') && host.bootsToFail > 0;
  return { ...host, bootFails, bootsToFail: host.bootsToFail - (bootFails ? 1 : 0) };
}

export function hasFailedTooOften({ bootsFailed }: HostCondition): boolean {
  return bootsFailed >= bootFailuresToMigration;
}

export function isAway(faults: readonly FaultName[]): boolean {
  return faults.some((fault) => hostFaults.includes(fault));
}
