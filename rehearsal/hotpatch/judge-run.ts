import type { HotpatchFate, HotpatchFile, HotpatchTask, HotpatchVerdict } from '../../contracts/hotpatch-report.ts';
import type { HotpatchRun } from './hotpatch.words.ts';

export interface RunFacts {
  readonly file: HotpatchFile;
  readonly speed: number;
  readonly tasks: readonly HotpatchTask[];
  readonly fates?: readonly HotpatchFate[];
}

/** What a rehearsal proves: it has passed when every step was done, every simple task ran again with code 0, and the fix runs. */
export function judgeRun(run: HotpatchRun, { file, speed, tasks, fates }: RunFacts): HotpatchVerdict {
  const azure = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : Math.round((to - from) * speed);
  const windowMs = azure(run.hostGoneAt, run.start.host?.at);
  const afterKillMs = azure(run.killedAt, run.hostGoneAt);
  const afterHostEndedMs = azure(run.hostGoneAt, run.copiedAt);
  const beforeNewHostMs = azure(run.copiedAt, run.start.host?.at);
  const reasons = reasonsOf(run, file, tasks);
  return {
    passed: reasons.length === 0,
    reasons,
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(afterKillMs === undefined ? {} : { hostEnded: { afterKillMs, by: run.byHand ? 'hand' : 'its job' } }),
    ...(afterHostEndedMs === undefined
      ? {}
      : {
          copy: {
            afterHostEndedMs,
            ...(beforeNewHostMs === undefined ? {} : { beforeNewHostMs }),
            ...(run.backup === undefined ? {} : { backup: run.backup }),
          },
        }),
    version: {
      ...(file.before === undefined ? {} : { before: file.before }),
      wanted: file.sha256,
      ...(run.running === undefined ? {} : { running: run.running }),
    },
    tasks,
    ...(fates === undefined ? {} : { fates }),
  };
}

function reasonsOf({ steps, interrupted, running }: HotpatchRun, file: HotpatchFile, tasks: readonly HotpatchTask[]): readonly string[] {
  if (interrupted) return ['it was broken off'];
  // A task that fails at its second run explains why the role does not become Ready, so it is told first (AB 11, point 9).
  const tired = tasks.filter(({ repeatable }) => !repeatable);
  const notRun = tasks.filter(({ taskType, ranAgain, ended }) => taskType === 'simple' && !(ranAgain && ended !== undefined));
  const failedSteps = steps.filter(({ outcome }) => outcome === 'failed');
  const reasons = [
    ...tired.map(
      (task) => `startup task "${task.commandLine}" cannot run a second time: it ${task.ended}. A hot patch makes this role recycle`,
    ),
    ...failedSteps.map(({ step, text }) => `step ${step}: ${text}`),
  ];
  if (reasons.length > 0) return reasons;
  return [
    ...notRun.map(({ commandLine }) => `startup task "${commandLine}" has not run again`),
    ...(running === file.sha256 ? [] : ['the fix does not run']),
  ];
}
