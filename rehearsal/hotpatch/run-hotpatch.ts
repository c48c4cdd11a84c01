import { createActor, toPromise } from 'xstate';
import type { StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { type HotpatchMode, type HotpatchReport, type HotpatchStep, hotpatchSteps } from '../../contracts/hotpatch-report.ts';
import { timings } from '../../contracts/timings.ts';
import { openFeed, request } from '../../control/client.ts';
import { scaledClock } from '../../kernel/clock.ts';
import { askFates } from './ask-fates.ts';
import { awaitTarget } from './await-target.ts';
import { findTarget, type HotpatchTarget, type TargetRequest } from './find-target.ts';
import { hotpatchMachine } from './hotpatch.machine.ts';
import type { HotpatchRun } from './hotpatch.words.ts';
import { hotpatchActors, type RealActors, unstage } from './hotpatch-actors.ts';
import { hotpatchTimings } from './hotpatch-timings.ts';
import { judgeRun } from './judge-run.ts';
import { taskRuns } from './role-start.ts';
import { taskOutputs } from './task-outputs.ts';

export interface HotpatchRequest extends TargetRequest {
  readonly mode: HotpatchMode;
}

/** What hears of the rehearsal while it goes on. */
export interface HotpatchAudience {
  readonly begins: (target: HotpatchTarget, speed: number) => void;
  readonly step: (step: HotpatchStep) => void;
}

/** What a first start may take: thirty minutes of Azure (S1), and what this machine needs beside. */
const azureStartMs = timings.roleStartMs.ms;
const realStartMs = 60_000;

/**
 * Hot-patches one instance of a running deployment in the seven steps of S0, and judges it.
 *
 * @param interrupted breaks it off: a debugger is detached, a copy that no host has loaded yet is taken back
 * @throws AbortError when it is broken off before it has begun
 * @throws UserError RV6501 to RV6504, RV4302, RV4304 before anything was done; RV4102 when the emulator does not answer
 */
export async function runHotpatch(
  emulator: StateFile,
  asked: HotpatchRequest & { readonly deployment: HotpatchReport['deployment'] },
  audience: HotpatchAudience,
  interrupted: AbortSignal,
): Promise<HotpatchReport> {
  const status = await request(emulator, 'GET /status');
  const { speed } = status.emulator;
  const target =
    asked.deployment === 'fresh'
      ? await awaitTarget(emulator, asked, realStartMs + azureStartMs / speed, interrupted)
      : findTarget(asked, status, await request(emulator, 'GET /ps'));
  const lastLines = taskOutputs(target);
  const real = hotpatchActors(emulator, target);
  const startedAt = new Date().toISOString();
  audience.begins(target, speed);
  const run = await procedure(emulator, target, { mode: asked.mode, speed }, real, audience.step, interrupted);
  await leaveInOrder(emulator, target, real, run);
  const fates = real.left.copied() && !run.interrupted ? await askFates(emulator, target.instance, target.file.drivePath) : undefined;
  const tasks = taskRuns(target.tasks, run.start, lastLines);
  return {
    formatVersion: 1,
    kind: 'hotpatch',
    service: status.deployment.serviceName,
    deployment: asked.deployment,
    role: target.role,
    instance: target.instance,
    mode: asked.mode,
    speed,
    startedAt,
    interrupted: run.interrupted,
    file: target.file,
    steps: everyStep(run.steps),
    verdict: judgeRun(run, { file: target.file, speed, tasks, ...(fates === undefined ? {} : { fates }) }),
  };
}

interface How {
  readonly mode: HotpatchMode;
  readonly speed: number;
}

async function procedure(
  emulator: StateFile,
  target: HotpatchTarget,
  { mode, speed }: How,
  { actors }: RealActors,
  tell: (step: HotpatchStep) => void,
  interrupted: AbortSignal,
): Promise<HotpatchRun> {
  const clock = scaledClock(speed);
  const deadlines = hotpatchTimings(speed, target.timings);
  const machine = hotpatchMachine(actors, {
    instance: target.instance,
    mode,
    timings: deadlines,
    now: Date.now,
    sinceBegin: () => clock.now(),
    tell,
  });
  const actor = createActor(machine, { clock });
  const ended = toPromise(actor);
  const unfollow = new AbortController();
  const feed = await openFeed(emulator, unfollow.signal);
  const follow = async () => {
    try {
      for await (const item of feed) actor.send({ type: 'feed.item', item });
    } finally {
      actor.send({ type: 'feed.ended' });
    }
  };
  const breakOff = () => actor.send({ type: 'interrupt' });
  interrupted.addEventListener('abort', breakOff);
  actor.start();
  if (interrupted.aborted) breakOff();
  // That the emulator was lost is an event for the machine, which says at which step.
  const followed = follow().catch(() => undefined);
  try {
    return await ended;
  } finally {
    interrupted.removeEventListener('abort', breakOff);
    unfollow.abort();
    await followed;
  }
}

/** A debugger that stays would keep the role from being started, and end in a restart of the VM. */
async function leaveInOrder(emulator: StateFile, target: HotpatchTarget, { left }: RealActors, run: HotpatchRun): Promise<void> {
  const { instance, file } = target;
  await left.settled();
  if (run.interrupted && left.copied()) await unlessRefused(request(emulator, 'POST /revert', { file: file.drivePath, instance }));
  if (run.interrupted) unstage(target);
  if (left.brokenInto())
    await unlessRefused(request(emulator, 'POST /debug', { action: 'detach', target: 'WindowsAzureGuestAgent', instance }));
}

/** What has been loaded meanwhile stays; an emulator that has ended needs nothing. */
async function unlessRefused(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function everyStep(taken: readonly HotpatchStep[]): readonly HotpatchStep[] {
  return hotpatchSteps.map((_, index) => {
    const step = (index + 1) as HotpatchStep['step'];
    return taken.find((candidate) => candidate.step === step) ?? { step, outcome: 'not reached', text: 'not reached' };
  });
}
