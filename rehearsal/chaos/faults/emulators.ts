import { examine } from '../../../control/doctor/examine.ts';
import { livingOwner } from '../../../control/owner-lock.ts';
import { deploymentStore } from '../../../fabric/deployment-store.ts';
import { killIdentity, type ProcessIdentity, processIdentity } from '../../../kernel/process-table/index.ts';
import type { Random } from '../../../kernel/random.ts';
import { chaosMs } from '../chaos-timings.ts';
import type { Target } from '../target.ts';
import { LossError } from '../types.ts';
import { type Fault, type Struck, struck } from './fault.ts';

const restartable = ({ startAgain }: Target) => startAgain !== undefined;

/** `rolevm up` itself ends, or its keeper; then it is started again over the same state. */
export const emulators: readonly Fault[] = [
  {
    kind: 'kill rolevm up',
    weight: 2,
    possible: restartable,
    strike: (target, choose) =>
      ended(target, choose, chaosMs.nothingLeft, ({ emulator }) => {
        killIdentity(emulator, 'SIGKILL');
        return `pid ${emulator.pid}`;
      }),
  },
  {
    kind: 'kill the keeper',
    weight: 1,
    possible: restartable,
    strike: (target, choose) =>
      ended(target, choose, target.settleMs, ({ keeper }) => {
        if (keeper !== undefined) killIdentity(keeper, 'SIGKILL');
        return `pid ${keeper?.pid ?? 'unknown'}`;
      }),
  },
  {
    kind: 'kill rolevm up and its keeper',
    weight: 1,
    possible: restartable,
    strike: (target, choose) =>
      ended(target, choose, chaosMs.nothingLeft, ({ emulator, keeper }) => {
        if (keeper !== undefined) killIdentity(keeper, 'SIGKILL');
        killIdentity(emulator, 'SIGKILL');
        return `pids ${emulator.pid} and ${keeper?.pid ?? 'unknown'}`;
      }),
  },
  {
    kind: 'down and up',
    weight: 1,
    possible: restartable,
    strike: async (target, choose) => {
      const { keeper } = running(target);
      return ended(target, choose, target.settleMs, async () => {
        await target.ask('POST /stop', { remove: false });
        return `keeper ${keeper?.pid ?? 'unknown'}`;
      });
    },
  },
];

interface Running {
  readonly emulator: ProcessIdentity;
  readonly keeper: ProcessIdentity | undefined;
}

function running(target: Target): Running {
  const { pid, startTicks, keeperPid } = target.state();
  return { emulator: { pid, startTicks }, keeper: processIdentity(keeperPid) };
}

/** Ends the emulator, sees that nothing is left of it, and starts it again, which goes on with the same deployment. */
async function ended(
  target: Target,
  choose: Random,
  withinMs: number,
  end: (running: Running) => string | Promise<string>,
): Promise<Struck> {
  const waitMs = choose.pick([0, choose.between(0, 1_000)]);
  return target.away(async () => {
    const before = deploymentStore(target.stateDirectory).read()?.id;
    const what = await end(running(target));
    await target.until('the emulator was to end', withinMs, () => livingOwner(target.stateDirectory) === undefined);
    await nothingLeft(target, withinMs);
    await target.wait(waitMs);
    const blow = struck(what);
    await target.startAgain?.();
    const after = deploymentStore(target.stateDirectory).read()?.id;
    if (after !== before) throw new LossError(`deployment ${before} has become ${after}`);
    return blow;
  });
}

async function nothingLeft({ stateDirectory, wait }: Target, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { findings } = await examine(stateDirectory, false);
    const left = findings.filter(({ kind }) => kind === 'process').map(({ text }) => text);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new LossError(`${withinMs / 1_000} s after the end of the emulator ${left.join(', ')}`);
    await wait(chaosMs.lookAgain);
  }
}
