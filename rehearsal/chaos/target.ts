import { setTimeout as pause } from 'node:timers/promises';
import type { StateFile } from '../../contracts/control-api.ts';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { type Routes, request } from '../../control/client.ts';
import { runningState } from '../../control/state-file.ts';
import { storedVms } from '../../control/stored-vms.ts';
import { isAlive, killIdentity, type ProcessIdentity } from '../../kernel/process-table/index.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { chaosMs } from './chaos-timings.ts';
import { LossError } from './types.ts';

/** The running deployment that faults strike. */
export interface Target {
  readonly stateDirectory: string;
  readonly logsDirectory: string;
  /** Real milliseconds in which it has to be at rest again. */
  readonly settleMs: number;
  /** Real milliseconds for which rest has to last: two heartbeats. */
  readonly quietMs: number;
  /** Real milliseconds from a guest agent's last sign of life to the restart of its VM. */
  readonly guestLostMs: number;
  /** The emulator; as it was known last while its state file is damaged. */
  state(): StateFile;
  ask<Route extends keyof Routes>(
    route: Route,
    ...body: Routes[Route]['body'] extends undefined ? [] : [Routes[Route]['body']]
  ): Promise<Routes[Route]['answer']>;
  /** Starts the emulator again after its end; undefined where nothing tells how it was started. */
  readonly startAgain: (() => Promise<void>) | undefined;
  /** Meanwhile nobody can answer, so nobody asks. */
  away<Result>(act: () => Promise<Result>): Promise<Result>;
  /** How often that was so, and whether it is so now. */
  absence(): { readonly times: number; readonly now: boolean };
  /** Stops processes by a signal, waits, and lets them go on, whatever happens meanwhile. */
  suspend(processes: readonly ProcessIdentity[], ms: number): Promise<void>;
  /** Waits; ends early, without an error, when chaos is to end. */
  wait(ms: number): Promise<void>;
  /** Waits for a fact. @throws LossError saying `what` when the time is over */
  until(what: string, ms: number, holds: () => boolean | Promise<boolean>): Promise<void>;
}

export interface TargetOptions {
  readonly options: Pick<EmulatorOptions, 'stateDirectory' | 'logsDirectory' | 'speed'>;
  readonly startAgain: (() => Promise<void>) | undefined;
  /** Real milliseconds; without it as long as the platform may need. */
  readonly settleMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** @throws UserError RV4101 when no emulator runs there */
export function targetOf({ options, startAgain, settleMs, signal }: TargetOptions, first: StateFile): Target {
  const { stateDirectory, logsDirectory, speed } = options;
  const { timings } = readVmDocument(storedVms(stateDirectory)[0]?.root ?? stateDirectory);
  const suspended = new Set<ProcessIdentity>();
  // Nothing stands still for ever because chaos has ended in the middle.
  process.on('exit', () => goOn([...suspended]));
  let last = first;
  const absence = { times: 0, now: 0 };
  const state = () => {
    last = runningState(stateDirectory) ?? last;
    return last;
  };
  const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  return {
    stateDirectory,
    logsDirectory,
    settleMs: settleMs ?? chaosMs.settled + chaosMs.azureSettled / speed,
    quietMs: Math.max(chaosMs.shortestQuiet, (2 * Math.max(timings.heartbeatMs, timings.hostHeartbeatMs)) / speed),
    guestLostMs: timings.guestLostMs / speed,
    state,
    ask: (route, ...body) => request(state(), route, ...body),
    startAgain,
    absence: () => ({ times: absence.times, now: absence.now > 0 }),
    away: async (act) => {
      absence.times += 1;
      absence.now += 1;
      try {
        return await act();
      } finally {
        absence.now -= 1;
      }
    },
    suspend: async (processes, ms) => {
      for (const identity of processes) {
        suspended.add(identity);
        killIdentity(identity, 'SIGSTOP');
      }
      await wait(ms);
      goOn(processes);
      for (const identity of processes) suspended.delete(identity);
    },
    wait,
    until: async (what, ms, holds) => {
      const deadline = performance.now() + ms;
      while (!(await holds())) {
        if (performance.now() > deadline) throw new LossError(`${what}: not within ${(ms / 1_000).toFixed(1)} s`);
        await pause(chaosMs.lookAgain);
      }
    },
  };
}

function goOn(processes: readonly ProcessIdentity[]): void {
  for (const identity of processes) if (isAlive(identity)) killIdentity(identity, 'SIGCONT');
}
