import type { VmEventName } from './events.ts';

export interface RaiseRequest {
  readonly event: VmEventName;
  /** Without it every instance that runs; for `start` every one that is stopped. */
  readonly instance?: string;
  /** Of `update-agent`: the version to install; without it the one after the present one. */
  readonly agentVersion?: string;
}

export interface RaiseResult {
  readonly event: VmEventName;
  /** Those that it happens to now: where it takes a host down, all that are on the node. */
  readonly instances: readonly string[];
  /** Those that it happens to later: a host update takes one upgrade domain after the other (AB 10.5). */
  readonly later?: readonly string[];
}
