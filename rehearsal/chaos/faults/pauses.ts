import {
  descendants,
  isAlive,
  listProcesses,
  type ProcessEntry,
  type ProcessIdentity,
  processIdentity,
} from '../../../kernel/process-table/index.ts';
import type { Random } from '../../../kernel/random.ts';
import { chaosMs } from '../chaos-timings.ts';
import type { Target } from '../target.ts';
import { LossError } from '../types.ts';
import { type Fault, struck } from './fault.ts';
import { nameOf, oneOf } from './victims.ts';

const posix = () => process.platform !== 'win32';

/** Processes stand still and go on. */
export const pauses: readonly Fault[] = [
  {
    kind: 'pause',
    weight: 3,
    possible: posix,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose);
      if (victim === undefined) return struck('nothing runs');
      const ms = pauseMs(choose);
      await target.suspend([victim], ms);
      return struck(`${nameOf(victim)} for ${ms.toFixed(0)} ms`);
    },
  },
  {
    kind: 'pause WindowsAzureGuestAgent',
    weight: 2,
    possible: posix,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose, ['WindowsAzureGuestAgent']);
      if (victim === undefined) return struck('no WindowsAzureGuestAgent runs');
      const ms = pauseMs(choose);
      await target.suspend([victim], ms);
      return struck(`${nameOf(victim)} for ${ms.toFixed(0)} ms`);
    },
  },
  {
    kind: 'pause WindowsAzureGuestAgent for over ten minutes of Azure',
    weight: 0.25,
    possible: ({ guestLostMs }) => posix() && guestLostMs <= chaosMs.longestFuse,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose, ['WindowsAzureGuestAgent']);
      if (victim === undefined) return struck('no WindowsAzureGuestAgent runs');
      await target.suspend([victim], target.guestLostMs + chaosMs.afterFuse);
      // It could go on only because nobody has ended it meanwhile.
      if (isAlive(victim)) throw new LossError(`${nameOf(victim)} was silent for ten minutes of Azure, and its VM was not restarted`);
      return struck(nameOf(victim));
    },
  },
  {
    kind: 'pause rolevm up',
    weight: 1,
    possible: posix,
    strike: async (target, choose) => {
      const { pid, startTicks } = target.state();
      const ms = pauseMs(choose);
      await target.away(() => target.suspend([{ pid, startTicks }], ms));
      return struck(`pid ${pid} for ${ms.toFixed(0)} ms`);
    },
  },
  {
    kind: 'sleep of the machine',
    weight: 1,
    possible: posix,
    strike: async (target, choose) => {
      const ms = pauseMs(choose);
      const everything = everyProcess(target);
      await target.away(() => target.suspend(everything, ms));
      return struck(`${everything.length} processes for ${ms.toFixed(0)} ms`);
    },
  },
];

function pauseMs(choose: Random): number {
  return choose.pick([choose.between(0, 200), choose.between(200, 1_000), choose.between(1_000, 3_000)]);
}

/** Without the keeper: it has nothing to do, and a shell takes the stop of its command for Ctrl-Z. */
function everyProcess(target: Target): readonly ProcessIdentity[] {
  const { pid } = target.state();
  const own = processIdentity(pid);
  const below = descendants(pid, listProcesses()).filter(({ state }: ProcessEntry) => state !== 'Z' && state !== 'X');
  return own === undefined ? below : [own, ...below];
}
