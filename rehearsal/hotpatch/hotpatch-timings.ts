import type { Timing, Timings } from '../../contracts/timings.ts';

/** How long the rehearsal waits for each step, in Azure time; `floorMs` is real time that the machine underneath may need. */
const patience = {
  stageMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'the copy to C: is written' },
  breakInMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'the debugger is in WindowsAzureGuestAgent' },
  killMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'a process that was killed is gone' },
  lingerMs: {
    ms: 5_000,
    source: 'S0: a few seconds',
    about: 'the end of the job is due → a role host that is still there is killed by hand',
  },
  copyMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'the copy to the application drive is written' },
  detachMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'WindowsAzureGuestAgent goes on' },
  lateRestartMs: { ms: 40_000, floorMs: 20_000, source: 'S0: under a minute', about: 'the restart is due → it counts as missing' },
  testMs: { ms: 10_000, floorMs: 10_000, source: 'I', about: 'Ready → the host has told what it has loaded' },
  steadyMs: { ms: 5_000, floorMs: 300, source: 'I', about: 'Ready for so long → the new version does not fall over at once' },
} as const satisfies Record<string, Timing>;

/** Azure milliseconds. */
export type HotpatchTimings = Readonly<Record<Exclude<keyof typeof patience, 'lingerMs' | 'lateRestartMs'>, number>> & {
  /** The bootstrapper was killed → a role host that is still there does not go by itself. */
  readonly hostGoneMs: number;
  /** → WaHostBootstrapper has been started again. */
  readonly restartMs: number;
  /** The bootstrapper was started again → Ready. */
  readonly readyMs: number;
};

/**
 * @param speed how many times faster than Azure the deployment runs
 * @param timings of the deployment
 */
export function hotpatchTimings(speed: number, timings: Timings): HotpatchTimings {
  const of = (name: keyof typeof patience): number => {
    const timing: Timing = patience[name];
    return Math.max(timing.ms, (timing.floorMs ?? 0) * speed);
  };
  return {
    stageMs: of('stageMs'),
    breakInMs: of('breakInMs'),
    killMs: of('killMs'),
    copyMs: of('copyMs'),
    detachMs: of('detachMs'),
    testMs: of('testMs'),
    steadyMs: of('steadyMs'),
    hostGoneMs: timings.jobEndDelayMs + of('lingerMs'),
    restartMs: timings.lostBootstrapperRestartMs + timings.heartbeatMs + of('lateRestartMs'),
    readyMs: timings.roleStartMs,
  };
}
