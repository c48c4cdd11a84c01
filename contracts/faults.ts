/** What can be made to go wrong on demand, by the names of `rolevm fault`. */
export const faultNames = [
  /** The role host outlives the end of the job after its bootstrapper was killed, until it is killed by hand or the role starts anew (S0, AB 1.3). */
  'linger-host',
] as const;

export type FaultName = (typeof faultNames)[number];

export interface FaultRequest {
  /** `clear` without a fault clears every one. */
  readonly action: 'set' | 'clear' | 'list';
  readonly fault?: FaultName;
  readonly instance?: string;
}

export interface FaultResult {
  /** Every fault that is set now. */
  readonly faults: readonly { readonly instance: string; readonly fault: FaultName; readonly since: string }[];
}
