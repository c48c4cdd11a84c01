import { describe, expect, it } from 'vitest';
import type { CoachFact } from '../../../rehearsal/hotpatch/coach/coach-facts.ts';
import type { Drill } from '../../../rehearsal/hotpatch/coach/judge-copy.ts';
import { isPassed, judgeSteps } from '../../../rehearsal/hotpatch/coach/judge-steps.ts';
import type { RoleStart } from '../../../rehearsal/hotpatch/role-start.ts';

const drill: Drill = {
  instance: 'W_IN_0',
  drivePath: 'E:\\approot\\W.dll',
  held: true,
  isWorker: true,
  hostName: 'WaWorkerHost',
  speed: 10,
};

const staged = (at: number, drivePath = 'C:\\HotPatch\\W.dll', isFix = true): CoachFact => ({ type: 'staged', at, drivePath, isFix });
const copied = (at: number, change: Partial<Extract<CoachFact, { type: 'copied' }>> = {}): CoachFact => ({
  type: 'copied',
  at,
  instance: 'W_IN_0',
  drivePath: drill.drivePath,
  isFix: true,
  undone: false,
  ...change,
});
const killed: CoachFact = { type: 'bootstrapper gone', at: 1_000 };
const killedBy = (of: 'bootstrapper' | 'host', kind: 'killed' | 'jobClosed' | 'asked' | 'unseen'): CoachFact => ({
  type: 'cause',
  at: 1_400,
  of,
  cause: { kind },
});
const hostGone: CoachFact = { type: 'host gone', at: 1_300 };
const backup: CoachFact = { type: 'backup', at: 1_350, drivePath: `${drill.drivePath}.bak` };
const bootstrapper = { pid: 2, at: 3_400 };
const host = { name: 'WaWorkerHost', pid: 3, at: 3_500 };
const start = (more: Partial<RoleStart>): CoachFact => ({ type: 'start', at: 3_400, start: { tasks: [], bootstrapper, ...more } });
const ready = start({ host, readyAt: 3_600 });
const loaded = (isFix = true): CoachFact => ({ type: 'loaded', at: 3_700, isFix, sha256: 'ab'.repeat(32) });

/** Everything as it ought to be. */
const ideal = [
  staged(500),
  killed,
  killedBy('bootstrapper', 'killed'),
  hostGone,
  killedBy('host', 'jobClosed'),
  backup,
  copied(1_400),
  ready,
  loaded(),
];

const without = (...left: readonly CoachFact[]) => ideal.filter((fact) => !left.includes(fact));
const withoutType = (...types: readonly CoachFact['type'][]) => ideal.filter(({ type }) => !types.includes(type));
const judged = (facts: readonly CoachFact[], change: Partial<Drill> = {}) => judgeSteps(facts, { ...drill, ...change });
const outcomes = (facts: readonly CoachFact[], change: Partial<Drill> = {}) => judged(facts, change).map(({ outcome }) => outcome);
const of = (step: number, facts: readonly CoachFact[], change: Partial<Drill> = {}) => judged(facts, change)[step - 1];

describe('the judge', () => {
  it('finds nothing to say against a hot patch as it ought to be, and counts in Azure time', () => {
    expect(outcomes(ideal)).toEqual(['done', 'done', 'done', 'not needed', 'in time', 'done', 'done']);
    expect(of(5, ideal)).toMatchObject({ byMs: 21_000, text: 'copied to E:\\approot\\W.dll before the new role host started' });
    expect(of(3, ideal)?.text).toBe('WaWorkerHost had gone 3.0 s after the kill');
    expect(isPassed(judged(ideal))).toBe(true);
  });

  it('calls everything skipped when nothing was done', () => {
    expect(new Set(outcomes([]))).toEqual(new Set(['skipped']));
    expect(isPassed(judged([]))).toBe(false);
  });
});

describe('step 1, staging on C:', () => {
  it('is skipped by a copy straight to the application drive, or by one that comes to C: only after it', () => {
    expect(of(1, withoutType('staged'))).toMatchObject({
      outcome: 'skipped',
      text: expect.stringContaining('copied straight to E:\\approot\\W.dll'),
    });
    expect(of(1, [...withoutType('staged'), staged(2_000)])).toMatchObject({
      outcome: 'skipped',
      text: expect.stringContaining('only after'),
    });
  });

  it('is too late by the time that the window has lost when the kill comes first', () => {
    expect(of(1, [...withoutType('staged'), staged(1_350)])).toMatchObject({ outcome: 'too late', byMs: 3_500 });
  });

  it('has the wrong place on another drive, and is skipped by another file of that name', () => {
    expect(of(1, [...withoutType('staged'), staged(500, 'D:\\W.dll')])).toMatchObject({ outcome: 'wrong place' });
    expect(of(1, [...withoutType('staged'), staged(500, 'C:\\W.dll', false)])).toMatchObject({
      outcome: 'skipped',
      text: 'C:\\W.dll is not the fix',
    });
  });
});

describe('step 2, the kill', () => {
  it('is skipped by an orderly recycle, and by a kill of the role host in its place', () => {
    const recycled = [killed, killedBy('bootstrapper', 'asked'), hostGone];
    expect(of(2, recycled)).toMatchObject({ outcome: 'skipped', text: 'it was not killed: it ended as asked' });
    const hostFirst: readonly CoachFact[] = [{ type: 'host gone', at: 900 }, killedBy('host', 'killed'), killed];
    expect(of(2, hostFirst)).toMatchObject({ outcome: 'skipped', text: expect.stringContaining('WaWorkerHost was killed in its place') });
  });
});

describe('steps 3 and 4, the role host', () => {
  it('is not waited for by who copies before it has gone', () => {
    const early = [staged(500), killed, copied(1_100), hostGone, ready, loaded()];
    expect(of(3, early)).toMatchObject({ outcome: 'skipped', text: 'copied 1.0 s after the kill, when WaWorkerHost was still there' });
    expect(of(3, early, { held: false })?.outcome).toBe('done');
  });

  it('is killed by hand, goes with its job, or is still there', () => {
    expect(of(4, [...without(), killedBy('host', 'killed')])?.outcome).toBe('done');
    expect(of(4, ideal)?.outcome).toBe('not needed');
    expect(of(4, [staged(500), killed])).toMatchObject({
      outcome: 'skipped',
      text: 'WaWorkerHost is still there, and has to be killed by hand',
    });
    expect(of(3, [staged(500), killed])).toMatchObject({ outcome: 'skipped', text: 'WaWorkerHost is still there' });
  });
});

describe('step 5, the copy', () => {
  const at = (...copies: readonly CoachFact[]) => [...withoutType('copied'), ...copies];

  it('would be refused by Windows before the host has gone, whatever runs afterwards', () => {
    const early = at(copied(1_100));
    expect(of(5, early)).toMatchObject({
      outcome: 'Windows would have refused',
      text: 'WaWorkerHost had E:\\approot\\W.dll loaded for 2.0 s more: error 32, sharing violation',
    });
    expect(of(7, early)).toMatchObject({ outcome: 'failed', text: 'the fix runs here; on Windows the old version would' });
    expect(of(5, [staged(500), copied(600)])).toMatchObject({
      outcome: 'Windows would have refused',
      text: expect.stringContaining('loaded: error 32'),
    });
  });

  it('that was undone was refused, though the file is the old one again', () => {
    expect(of(5, at(copied(1_100, { isFix: false, undone: true })))?.outcome).toBe('Windows would have refused');
  });

  it('of a file that no host holds is never refused', () => {
    expect(of(5, at(copied(1_100)), { held: false })).toMatchObject({ outcome: 'in time', byMs: 24_000 });
  });

  it('counts when it is made again in time, and says that one was refused', () => {
    expect(of(5, at(copied(1_100), copied(2_500)))).toMatchObject({
      outcome: 'in time',
      byMs: 10_000,
      text: expect.stringContaining('an earlier copy Windows would have refused'),
    });
  });

  it('is too late once the new host has started', () => {
    const late = [...at(copied(3_900)).filter(({ type }) => type !== 'loaded'), loaded(false)];
    expect(of(5, late)).toMatchObject({ outcome: 'too late', byMs: 4_000, text: expect.stringContaining('at its next start') });
    expect(of(7, late)).toMatchObject({ outcome: 'failed', text: 'what runs is sha256 abababababababab, not the fix' });
  });

  it('is in time by what the guest agent has announced while nothing has started yet', () => {
    const due: CoachFact = { type: 'restart due', at: 1_001, dueAt: 3_000 };
    expect(of(5, [staged(500), killed, hostGone, due, copied(1_500)])).toMatchObject({ outcome: 'in time', byMs: 15_000 });
  });

  it.each([
    ['approot\\bin of a worker', { drivePath: 'E:\\approot\\bin\\W.dll' }, "a worker's DLL lies in approot"],
    ['another instance', { instance: 'W_IN_1' }, 'E:\\approot\\W.dll of W_IN_1 is the drive of another instance'],
    ['another letter', { drivePath: 'F:\\approot\\W.dll' }, 'the application drive is E: and not F:'],
    ['another name', { drivePath: 'E:\\approot\\W2.dll' }, 'E:\\approot\\W2.dll is loaded by nobody'],
  ] as const)('has the wrong place in %s', (_, change, text) => {
    expect(of(5, at(copied(1_400, change)))).toMatchObject({ outcome: 'wrong place', text: expect.stringContaining(text) });
  });

  it('is skipped by another content and by none, and says when no backup was kept', () => {
    expect(of(5, at(copied(1_400, { isFix: false })))).toMatchObject({
      outcome: 'skipped',
      text: expect.stringContaining('is not the fix'),
    });
    expect(of(5, at())).toMatchObject({ outcome: 'skipped', text: 'nothing was copied to E:\\approot\\W.dll' });
    expect(of(5, withoutType('backup'))).toMatchObject({ outcome: 'in time', text: expect.stringContaining('no backup was kept') });
  });
});

describe('steps 6 and 7, the new start', () => {
  it('has failed when the role stops again, and is not over when the coach ends before', () => {
    const failure = { at: 3_600, state: 'RestartingRole', details: 'Startup task "once.cmd" exited with code 3.' } as const;
    const recycling = [...withoutType('start', 'loaded'), start({ failure })];
    expect(of(6, recycling)).toMatchObject({ outcome: 'failed', text: 'RestartingRole: Startup task "once.cmd" exited with code 3.' });
    expect(outcomes([...withoutType('start', 'loaded'), start({})]).slice(5)).toEqual(['skipped', 'skipped']);
    expect(outcomes(withoutType('start', 'loaded')).slice(5)).toEqual(['skipped', 'skipped']);
  });
});

describe('with a debugger in the guest agent', () => {
  const broken: CoachFact = { type: 'broken into', at: 900, vmRestartAt: 60_900 };
  const detached: CoachFact = { type: 'detached', at: 5_900 };
  const later = start({ host: { ...host, at: 8_000 }, bootstrapper: { pid: 2, at: 7_900 }, readyAt: 8_100 });
  const facts = [staged(500), broken, killed, hostGone, killedBy('host', 'unseen'), backup, copied(4_000), detached, later, loaded()];

  it('nothing ends the host but a person, and detaching is in time by what was left of the ten minutes', () => {
    expect(outcomes(facts)).toEqual(['done', 'done', 'not needed', 'done', 'in time', 'in time', 'done']);
    expect(of(6, facts)).toMatchObject({ byMs: 550_000 });
    expect(isPassed(judged(facts))).toBe(true);
  });

  it('nobody starts the role before detaching, and the host agent restarts the VM of who stays too long', () => {
    const staying = [staged(500), broken, killed, hostGone, copied(4_000)];
    expect(of(6, staying)).toMatchObject({ outcome: 'skipped', text: expect.stringContaining('the debugger is still in') });
    const burnt = start({ failure: { at: 60_900, state: 'StartingVM', details: '' } });
    expect(of(6, [...staying, burnt])).toMatchObject({ outcome: 'too late', text: expect.stringContaining('has restarted the VM') });
  });
});
