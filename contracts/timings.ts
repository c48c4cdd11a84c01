/** One duration of the platform: real Azure milliseconds, where they come from, and the least the machine underneath needs. */
export interface Timing {
  /** Milliseconds of Azure time; `--speed` divides them. */
  readonly ms: number;
  /** Real milliseconds below which the value is never scaled. */
  readonly floorMs?: number;
  /** Section of the behaviour reference, or W for ordinary Windows, I for an inference of ours. */
  readonly source: string;
  readonly about: string;
}

export const timings = {
  heartbeatMs: { ms: 5_000, floorMs: 20, source: 'AB 4 (I)', about: 'guest agent asks WaHostBootstrapper for a sign of life' },
  lostBootstrapperRestartMs: {
    ms: 20_000,
    source: 'AB 4, 11 (window under one minute; I)',
    about: 'WaHostBootstrapper lost → the next may start, at the heartbeat that follows',
  },
  crashRestartMs: { ms: 10_000, source: 'AB 3.5 (I)', about: 'role crashed or failed to start → next start' },
  recycleRestartMs: { ms: 0, source: 'AB 3.4', about: 'orderly recycle → next start' },
  jobEndDelayMs: { ms: 3_000, source: 'S0 "a few seconds"; AB 1.3 (I)', about: 'WaHostBootstrapper lost → its job is ended' },
  firstHeartbeatMs: { ms: 20_000, floorMs: 5_000, source: 'I', about: 'a process was started → its first sign of life is late' },
  heartbeatLateMs: { ms: 6_000, floorMs: 1_000, source: 'I: 1.2 beats', about: 'last sign of life → the next is late; noted in the log' },
  heartbeatMissedMs: { ms: 5_000, floorMs: 1_000, source: 'I: one beat', about: 'a sign of life is late → its absence is told' },
  longWaitMs: {
    ms: 300_000,
    floorMs: 5_000,
    source: 'S3: startup tasks not longer than five minutes (advice)',
    about: 'something without limit is waited for → it is told what',
  },
  hostHeartbeatMs: { ms: 5_000, floorMs: 50, source: 'AB 4 (I)', about: 'host agent asks the guest agent for a sign of life' },
  guestUnresponsiveMs: {
    ms: 60_000,
    floorMs: 1_000,
    source: 'AB 3.1 UnresponsiveRole (I)',
    about: 'guest agent silent → UnresponsiveRole',
  },
  guestLostMs: {
    ms: 600_000,
    floorMs: 10_000,
    source: 'S0, S2: ten minutes',
    about: 'guest agent silent → the host agent restarts the VM',
  },
  onStopMs: { ms: 300_000, floorMs: 1_000, source: 'S1, D-net: five minutes', about: 'Stopping and OnStop, then the host is killed' },
  hostExitMs: { ms: 5_000, floorMs: 2_000, source: 'I', about: 'OnStop has returned → the host process is gone' },
  roleStartMs: { ms: 1_800_000, source: 'S1, S4: thirty minutes', about: 'start of startup tasks → Ready, as the fabric counts it' },
  cyclingWindowMs: { ms: 600_000, source: 'AB 3.1 CyclingRole (I)', about: 'failures counted together towards CyclingRole' },
  stableReadyMs: { ms: 60_000, source: 'AB 3.1 CyclingRole (I)', about: 'Ready for so long clears the failures counted' },
  agentLogMs: { ms: 2_500, floorMs: 250, source: 'S2: every 2–3 s', about: 'lines of WaAppAgent.log' },
  prepareRetryMs: { ms: 5_000, floorMs: 20, source: 'AB 3.2 phase 0 (I)', about: 'guest could not be prepared → next attempt' },
  serviceRecoveryMs: {
    ms: 5_000,
    source: 'W: service recovery; value I',
    about: 'a service ended unexpectedly → the service control manager starts it again',
  },
  serviceStopMs: { ms: 20_000, floorMs: 2_000, source: 'W: WaitToKillServiceTimeout', about: 'a service was asked to stop → it is killed' },
  defaultProbeIntervalMs: { ms: 15_000, floorMs: 500, source: 'AB 4, D-probe', about: 'load balancer asks each guest agent for its role' },
  defaultProbeTimeoutMs: {
    ms: 31_000,
    floorMs: 1_050,
    source: 'AB 4, D-probe: two full intervals',
    about: 'no answer 200 for so long → out of rotation; another answer counts at once',
  },
  createVmMs: {
    ms: 0,
    source: 'AB 13 (I); copying package and image takes what it takes here',
    about: 'CreatingVM → StartingVM beyond the real work',
  },
  hostRebootMs: {
    ms: 1_020_000,
    source: 'AB 10.5, S1: 15 to 20 minutes; the value between is I',
    about: 'guests of a node are off → its host is back after a host OS update',
  },
  hostOverdueMs: {
    ms: 1_800_000,
    source: 'S1: "Waiting for Host" for 30 minutes',
    about: 'a VM waits for its host → that is a platform fault',
  },
  hostLostMs: {
    ms: 300_000,
    floorMs: 1_000,
    source: 'AB 10.6 (I)',
    about: 'no heartbeat of a host agent → the fabric controller restarts its host',
  },
  bootVmMs: { ms: 0, source: 'AB 13 (I); about 90 s in Azure', about: 'Windows boots before its services start' },
} as const satisfies Record<string, Timing>;

export type TimingName = keyof typeof timings;

/** Every duration in milliseconds of Azure time, as the machines use them. */
export type Timings = Readonly<Record<TimingName, number>>;

/**
 * The durations of one run.
 *
 * Values that the machine underneath needs are lifted here, so that they still last their floor after the clock has divided them.
 *
 * @param speed how many times faster than Azure the clock runs, more than 0
 * @param overrides Azure milliseconds from `rolevm.json`
 */
export function resolveTimings(speed: number, overrides: Partial<Record<TimingName, number>> = {}): Timings {
  const entries = Object.entries(timings).map(([name, timing]: [string, Timing]) => {
    const ms = overrides[name as TimingName] ?? timing.ms;
    return [name, Math.max(ms, (timing.floorMs ?? 0) * speed)];
  });
  return Object.fromEntries(entries) as Timings;
}

/** Failures inside `cyclingWindowMs` that make a role CyclingRole (AB 3.1, threshold I). */
export const cyclingThreshold = 3;

/** Boots of a VM that fail one after the other before it is started on another node (AB 10.6, threshold I). */
export const bootFailuresToMigration = 3;
