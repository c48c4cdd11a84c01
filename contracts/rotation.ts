/** What the load balancer's default probe of an instance has got (AB 4). */
export interface LastProbe {
  /**
   * - a number: HTTP status of the guest agent's answer; 200 while the role is Ready, 503 otherwise
   * - `reset`: the connection was refused or reset, as where no guest agent runs
   * - `unanswered`: nothing within an interval, as where a debugger is at the guest agent
   * - `none`: not asked, since the VM is off
   */
  readonly answer: number | 'reset' | 'unanswered' | 'none';
  /** Since when it is such, ISO 8601; of `unanswered` the first question in vain. */
  readonly since: string;
}

/** Whether the load balancer gives new connections to an instance (AB 3.6). */
export interface Rotation {
  readonly inRotation: boolean;
  /**
   * - `probe`: what its probe says
   * - `stopping`: it stops in order and leaves before its role hears of it (AB 3.4)
   * - `onlyInstance`: the only one of its role is always in, whatever its probe says (AB 14.7, K20)
   */
  readonly reason: 'probe' | 'stopping' | 'onlyInstance';
  /** Since when it is in or out, ISO 8601. */
  readonly since: string;
  readonly probe: LastProbe;
}

/** A line of the feed: an instance goes in or out; of one that is always in, its probe is answered with 200 or no more. */
export interface RotationItem {
  readonly type: 'rotation';
  readonly at: string;
  readonly instance: string;
  readonly rotation: Rotation;
}
