import { setTimeout as pause } from 'node:timers/promises';
import type { StateFile } from '../../../contracts/control-api.ts';
import { UserError } from '../../../contracts/diagnostic.ts';
import type { HotpatchCoachReport } from '../../../contracts/hotpatch-report.ts';
import { emulatorMs } from '../../../contracts/timings-of-the-emulator.ts';
import { openFeed, request } from '../../../control/client.ts';
import { toHostPath } from '../../../sandbox/drive-path.ts';
import { readVmDocument } from '../../../sandbox/vm-document.ts';
import { findTarget, type HotpatchTarget, hashOf, type TargetRequest } from '../find-target.ts';
import { untilGone } from '../until-gone.ts';
import { type CoachFact, gather } from './coach-facts.ts';
import { type Drill, isPlace } from './judge-copy.ts';
import { isPassed, judgeSteps } from './judge-steps.ts';
import { feedReader } from './read-feed.ts';
import { watchLetters } from './watch-letters.ts';

/** What hears of the drill while it goes on. */
export interface CoachAudience {
  readonly begins: (target: HotpatchTarget, speed: number) => void;
  /** @param afterMs Azure milliseconds since the coach began */
  readonly fact: (fact: CoachFact, afterMs: number, facts: readonly CoachFact[]) => void;
}

/**
 * Watches a person who hot-patches an instance, until its role is Ready again or has failed, and judges the seven steps.
 *
 * @param ended ends it before that; what was seen is judged
 * @throws UserError as findTarget, and RV4102 when the emulator does not answer
 */
export async function runCoach(
  emulator: StateFile,
  asked: TargetRequest,
  audience: CoachAudience,
  ended: AbortSignal,
): Promise<HotpatchCoachReport> {
  const status = await request(emulator, 'GET /status');
  const target = findTarget(asked, status, await request(emulator, 'GET /ps'));
  const { speed } = status.emulator;
  const begun = Date.now();
  const drill = drillOf(target, speed);
  const facts: CoachFact[] = [];
  const over = new AbortController();
  const end = () => over.abort();
  ended.addEventListener('abort', end);
  if (ended.aborted) end();
  const see = (fact: CoachFact) => {
    facts.push(fact);
    audience.fact(fact, Math.max(0, (fact.at - begun) * speed), facts);
  };
  const unwatch = await watchLetters(target, (file) =>
    see(isStaging(file.drivePath) ? { type: 'staged', ...file } : { type: 'copied', instance: target.instance, undone: false, ...file }),
  );
  try {
    const watching = [followFeed(emulator, target, see, over.signal), goneSeen(target, see, over.signal)];
    audience.begins(target, speed);
    await Promise.race([untilOver(emulator, target, drill, { facts, see, signal: over.signal }), Promise.all(watching)]);
    end();
    await Promise.all(watching);
  } finally {
    end();
    ended.removeEventListener('abort', end);
    await unwatch();
  }
  const judgements = judgeSteps(facts, drill);
  return {
    formatVersion: 1,
    kind: 'hotpatch-coach',
    service: status.deployment.serviceName,
    role: target.role,
    instance: target.instance,
    speed,
    startedAt: new Date(begun).toISOString(),
    file: target.file,
    passed: isPassed(judgements),
    judgements,
  };
}

function drillOf({ instance, vmRoot, file, host }: HotpatchTarget, speed: number): Drill {
  const isWorker = readVmDocument(vmRoot).roleKind === 'WorkerRole';
  return { instance, drivePath: file.drivePath, held: file.held, isWorker, hostName: host.name, speed };
}

/** A person who means an application drive says so by its folders; elsewhere the fix just waits. */
function isStaging(drivePath: string): boolean {
  return !/^[d-f]:\\(approot|sitesroot)\\/i.test(drivePath);
}

async function followFeed(emulator: StateFile, target: HotpatchTarget, see: (fact: CoachFact) => void, signal: AbortSignal): Promise<void> {
  const read = feedReader(target);
  try {
    for await (const item of await openFeed(emulator, signal)) for (const fact of read(item)) see(fact);
  } catch (error) {
    // An emulator that has ended has nothing more to show.
    if (!(error instanceof UserError)) throw error;
  }
}

async function goneSeen({ bootstrapper, host }: HotpatchTarget, see: (fact: CoachFact) => void, signal: AbortSignal): Promise<void> {
  const gone = async (process: HotpatchTarget['host'], type: 'bootstrapper gone' | 'host gone') => {
    await untilGone(process, signal).then(
      () => see({ type, at: Date.now() }),
      () => undefined,
    );
  };
  await Promise.all([gone(bootstrapper, 'bootstrapper gone'), gone(host, 'host gone')]);
}

interface Watched {
  readonly facts: readonly CoachFact[];
  readonly see: (fact: CoachFact) => void;
  readonly signal: AbortSignal;
}

const lookMs = 20;
/** Real milliseconds until a copy that was finished has been told. */
const copyToldMs = emulatorMs.copySettled + 6 * emulatorMs.copySettledLook;
/** For a copy that comes too late: Azure milliseconds, and real ones that a person needs at least. */
const lateCopyMs = 20_000;
const lateCopyFloorMs = 3_000;

/** Resolves when the role is Ready again, or has failed, and no copy is to be expected any more. */
async function untilOver(emulator: StateFile, target: HotpatchTarget, drill: Drill, { facts, see, signal }: Watched): Promise<void> {
  const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  const start = () => gather(facts).start;
  while (!signal.aborted && start()?.readyAt === undefined && start()?.failure === undefined) await wait(lookMs);
  await wait(copyToldMs);
  const copied = () => gather(facts).copies.some((copy) => isPlace(copy, drill));
  const deadline = performance.now() + Math.max(lateCopyFloorMs, lateCopyMs / drill.speed);
  while (!signal.aborted && !copied() && performance.now() < deadline) await wait(lookMs);
  if (start()?.readyAt === undefined) return;
  const version = await versionOf(emulator, target);
  if (version === undefined) return;
  const { sha256 } = version;
  see({ type: 'loaded', at: Date.now(), isFix: sha256 === target.file.sha256, ...(sha256 === undefined ? {} : { sha256 }) });
}

/** What the new host has loaded; of a file that no host loads, what lies there. */
async function versionOf(
  emulator: StateFile,
  { instance, vmRoot, file }: HotpatchTarget,
): Promise<{ readonly sha256?: string } | undefined> {
  if (!file.held) return { sha256: hashOf(toHostPath(vmRoot, file.drivePath)) };
  const { instances } = await request(emulator, 'GET /status');
  const { loaded = [] } = instances.find(({ name }) => name === instance) ?? {};
  return loaded.find((candidate) => candidate.file.toLowerCase() === file.drivePath.toLowerCase());
}
