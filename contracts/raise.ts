import type { VmEventName } from './events.ts';

export interface RaiseRequest {
  readonly event: VmEventName;
  /** Without it every instance that runs; for `start` every one that is stopped. */
  readonly instance?: string;
}

export interface RaiseResult {
  readonly event: VmEventName;
  /** Those that it happens to. */
  readonly instances: readonly string[];
}
