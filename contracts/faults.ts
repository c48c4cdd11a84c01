/** What can be made to go wrong on demand, by the names of `rolevm fault`. */
export const faultNames = [
  /** The role host outlives the end of the job after its bootstrapper was killed, until it is killed by hand or the role starts anew (S0, AB 1.3). */
  'linger-host',
  /** Windows of the VM does not come up on this node: its services are not started (AB 3.1 FailedStartingVM, 10.6). */
  'boot-fails',
  /** The host of the node has gone and does not come back; the platform does not notice (S1, AB 3.1 "Waiting for Host"). */
  'host-stuck',
  /** The fabric controller gets no heartbeats from the host agent of the node (AB 10.6). */
  'host-lost',
] as const;

export type FaultName = (typeof faultNames)[number];

/** Those of the host of a node: they strike every VM that is on it. */
export const hostFaults: readonly FaultName[] = ['host-stuck', 'host-lost'];

/** Those that a VM leaves behind when it is moved to another node. */
export const nodeFaults: readonly FaultName[] = ['boot-fails', ...hostFaults];

/** So many boots can be made to fail one after the other by number. */
export const mostFailingBoots = 1_000;

export interface FaultRequest {
  /** `clear` without a fault clears every one. */
  readonly action: 'set' | 'clear' | 'list';
  readonly fault?: FaultName;
  readonly instance?: string;
  /** So many boots fail, then the fault is over; of `boot-fails` only. */
  readonly times?: number;
}

export interface FaultResult {
  /** Every fault that is set now. */
  readonly faults: readonly {
    readonly instance: string;
    readonly fault: FaultName;
    readonly since: string;
    /** Of a fault that is bound to a node. */
    readonly node?: string;
  }[];
}
