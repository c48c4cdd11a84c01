import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { ServiceEvent } from '../vm/service.machine.ts';

/** Why a VM is ended without asking it: its guest agent never reported, has fallen silent, or cannot hear that it is to stop. */
export type GuestLost = 'boot' | 'boots' | 'silence' | 'stop' | 'update';

/** Who makes Windows shut down (AB 7.3): the platform, or `shutdown` inside the VM. */
export type ShutdownInitiator = 'platform' | 'inside';

export interface HostAgentTells {
  status(status: InstanceStatus, details: string, restartAt?: string): void;
  service(event: ServiceEvent): void;
  /** The guest agent has given a sign of life: the ten minutes begin anew. */
  guestHeard(): void;
  /** It is late with its first sign of life, or with the next; long before the instance is Unresponsive. */
  guestLate(): void;
  guestLost(how: GuestLost): void;
  /** WaAppAgent does not bring another version of it, so the present one goes on. */
  updateIsLate(version: string): void;
  /** The drives take long to make. */
  creationIsLong(): void;
  /** Windows starts. */
  boots(): void;
  /** The VM has power, or has none any more. */
  power(isOn: boolean): void;
  /** The fault `boot-fails` has struck as often as it was to. */
  bootFaultSpent(): void;
  /** Windows has not come up too often in a row. */
  bootsFail(): void;
  /** The host has been away for too long. */
  hostOverdue(): void;
  /** Windows is shut down in order. */
  shutsDown(by: ShutdownInitiator): void;
  /** The VM has no power any more, as the goal said. */
  off(): void;
}
