import { describeExit } from '../../../contracts/exit-cause.ts';
import type { HotpatchJudgement } from '../../../contracts/hotpatch-report.ts';
import { failureText, shortHash } from '../hotpatch.words.ts';
import { seconds } from '../seconds.ts';
import { type CoachFact, gather, type Observed } from './coach-facts.ts';
import { type Drill, isPlace, judgeCopy } from './judge-copy.ts';

/** How a person has done each of the seven steps, by what was seen. */
export function judgeSteps(facts: readonly CoachFact[], drill: Drill): readonly HotpatchJudgement[] {
  const seen = gather(facts);
  const copy = judgeCopy(seen, drill);
  return [
    judgeStaging(seen, drill),
    judgeKill(seen, drill),
    judgeWait(seen, drill),
    judgeHostKill(seen, drill),
    copy,
    judgeRestart(seen, drill),
    judgeTest(seen, copy),
  ];
}

const good: ReadonlySet<HotpatchJudgement['outcome']> = new Set(['done', 'in time', 'not needed'] as const);

/** Whether the hot patch would have worked in Azure, done like this. */
export function isPassed(judgements: readonly HotpatchJudgement[]): boolean {
  return judgements.every(({ outcome }) => good.has(outcome));
}

function judgeStaging({ staged, copies, bootstrapperGoneAt }: Observed, { speed, drivePath }: Drill): HotpatchJudgement {
  const fix = staged.find(({ isFix, drivePath: path }) => isFix && isOnC(path));
  const firstCopy = copies.find(({ isFix, undone }) => isFix || undone);
  if (fix === undefined) {
    const elsewhere = staged.find(({ isFix }) => isFix);
    if (elsewhere !== undefined)
      return { step: 1, outcome: 'wrong place', text: `${elsewhere.drivePath} is not on C:, the drive for files of one's own` };
    const other = staged.find(({ drivePath: path }) => isOnC(path));
    if (other !== undefined) return { step: 1, outcome: 'skipped', text: `${other.drivePath} is not the fix` };
    const straight =
      firstCopy === undefined
        ? 'nothing was copied to C:'
        : `copied straight to ${firstCopy.drivePath}: over a remote desktop that takes longer than the window`;
    return { step: 1, outcome: 'skipped', text: straight };
  }
  if (firstCopy !== undefined && firstCopy.at < fix.at)
    return { step: 1, outcome: 'skipped', text: `the fix came to C: only after it had been copied to ${drivePath.slice(0, 2)}` };
  if (bootstrapperGoneAt === undefined || fix.at <= bootstrapperGoneAt)
    return { step: 1, outcome: 'done', text: `copied to ${fix.drivePath}` };
  const byMs = Math.round((fix.at - bootstrapperGoneAt) * speed);
  return { step: 1, outcome: 'too late', byMs, text: `copied to C: ${seconds(byMs)} after the kill, which the window has lost` };
}

function judgeKill({ bootstrapperGoneAt, bootstrapperCause, hostGoneAt, hostCause }: Observed, { hostName }: Drill): HotpatchJudgement {
  if (hostCause?.kind === 'killed' && hostGoneAt !== undefined && hostGoneAt < (bootstrapperGoneAt ?? Number.POSITIVE_INFINITY))
    return { step: 2, outcome: 'skipped', text: `${hostName} was killed in its place: the bootstrapper takes that for a crash` };
  if (bootstrapperGoneAt === undefined) return { step: 2, outcome: 'skipped', text: 'WaHostBootstrapper was not killed' };
  // While the agent stands still nobody tells how it has ended, and nobody but a person can have ended it.
  if (bootstrapperCause === undefined || ['killed', 'unseen'].includes(bootstrapperCause.kind))
    return { step: 2, outcome: 'done', text: 'killed' };
  return { step: 2, outcome: 'skipped', text: `it was not killed: it ${describeExit(bootstrapperCause)}` };
}

function judgeWait(seen: Observed, drill: Drill): HotpatchJudgement {
  const { bootstrapperGoneAt, hostGoneAt, copies } = seen;
  if (bootstrapperGoneAt === undefined) return { step: 3, outcome: 'skipped', text: 'there was nothing to wait for' };
  if (isBroken(seen, bootstrapperGoneAt))
    return { step: 3, outcome: 'not needed', text: 'nobody ends the job while WindowsAzureGuestAgent stands still' };
  const early = copies.find(
    (copy) => isPlace(copy, drill) && copy.at >= bootstrapperGoneAt && copy.at < (hostGoneAt ?? Number.POSITIVE_INFINITY),
  );
  if (early !== undefined && drill.held) {
    const waited = seconds((early.at - bootstrapperGoneAt) * drill.speed);
    return { step: 3, outcome: 'skipped', text: `copied ${waited} after the kill, when ${drill.hostName} was still there` };
  }
  if (hostGoneAt === undefined) return { step: 3, outcome: 'skipped', text: `${drill.hostName} is still there` };
  return {
    step: 3,
    outcome: 'done',
    text: `${drill.hostName} had gone ${seconds((hostGoneAt - bootstrapperGoneAt) * drill.speed)} after the kill`,
  };
}

function judgeHostKill(seen: Observed, { hostName }: Drill): HotpatchJudgement {
  const { hostGoneAt, hostCause, bootstrapperGoneAt } = seen;
  if (bootstrapperGoneAt === undefined) return { step: 4, outcome: 'skipped', text: 'it is the turn of WaHostBootstrapper first' };
  if (hostGoneAt === undefined) return { step: 4, outcome: 'skipped', text: `${hostName} is still there, and has to be killed by hand` };
  if (hostCause?.kind === 'killed' || isBroken(seen, hostGoneAt))
    return { step: 4, outcome: 'done', text: `${hostName} was killed by hand` };
  return { step: 4, outcome: 'not needed', text: `${hostName} has gone with its job` };
}

function judgeRestart(seen: Observed, { speed }: Drill): HotpatchJudgement {
  const { start, brokenAt, detachedAt, vmRestartAt, bootstrapperGoneAt } = seen;
  const detached = detachedAt !== undefined && detachedAt > (brokenAt ?? 0);
  if (brokenAt !== undefined && !detached) {
    const outcome = start?.failure === undefined ? 'skipped' : 'too late';
    const text =
      start?.failure === undefined
        ? 'the debugger is still in WindowsAzureGuestAgent, so nobody starts the role'
        : 'the host agent has restarted the VM after ten minutes without a sign of life';
    return { step: 6, outcome, text };
  }
  if (start?.failure !== undefined) return { step: 6, outcome: 'failed', text: failureText(start.failure) };
  if (start?.bootstrapper === undefined)
    return { step: 6, outcome: 'skipped', text: 'the role had not been started again when the coach ended' };
  if (start.readyAt === undefined) return { step: 6, outcome: 'skipped', text: 'the role was not Ready again when the coach ended' };
  if (detached && vmRestartAt !== undefined && brokenAt !== undefined) {
    const byMs = Math.round((vmRestartAt - detachedAt) * speed);
    return {
      step: 6,
      outcome: byMs >= 0 ? 'in time' : 'too late',
      byMs: Math.abs(byMs),
      text: 'detached before the host agent would have restarted the VM',
    };
  }
  const after = bootstrapperGoneAt === undefined ? '' : `, ${seconds((start.readyAt - bootstrapperGoneAt) * speed)} after the kill`;
  return { step: 6, outcome: 'done', text: `the role is Ready again${after}` };
}

function judgeTest({ loaded, start }: Observed, copy: HotpatchJudgement): HotpatchJudgement {
  if (start?.readyAt === undefined || loaded === undefined)
    return { step: 7, outcome: 'skipped', text: 'there is no new version to test yet' };
  if (!loaded.isFix) return { step: 7, outcome: 'failed', text: `what runs is ${shortHash(loaded.sha256)}, not the fix` };
  if (copy.outcome === 'Windows would have refused')
    return { step: 7, outcome: 'failed', text: 'the fix runs here; on Windows the old version would' };
  return { step: 7, outcome: 'done', text: `the new version runs, ${shortHash(loaded.sha256)}` };
}

function isBroken({ brokenAt, detachedAt }: Observed, at: number): boolean {
  return brokenAt !== undefined && brokenAt <= at && !(detachedAt !== undefined && detachedAt > brokenAt && detachedAt <= at);
}

function isOnC(drivePath: string): boolean {
  return /^c:/i.test(drivePath);
}
