import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../../contracts/journal.ts';
import type { EventEntry } from '../../../logs/event-entry.ts';
import { buildTimeline } from '../../../taskmgr/timeline/build-timeline.ts';
import { readJournal } from '../../../taskmgr/timeline/read-journal.ts';
import { readTimeline } from '../../../taskmgr/timeline/read-timeline.ts';
import type { TimelineInstance } from '../../../taskmgr/timeline/timeline.ts';
import { at, ended, killed, runAt, runsOf, started, status } from './journal-story.ts';

function instanceOf(records: readonly JournalRecord[], run = runAt(0), events: readonly EventEntry[] = []): TimelineInstance {
  const timeline = buildTimeline(runsOf({}, { run, records }), new Map([['W_IN_0', events]]), at(0));
  const [instance] = timeline.instances;
  if (instance === undefined) throw new Error('the time line has no instance');
  return instance;
}

describe('the time line of an instance', () => {
  it('has its states one after the other, each with the last that was said in it', () => {
    const { states } = instanceOf([
      status(0, 'StartingRole', { details: 'first' }),
      status(1, 'StartingRole', { details: 'then' }),
      status(2, 'StartingRole'),
      status(3, 'ReadyRole'),
      { type: 'stopped', at: at(5) },
    ]);
    expect(states).toEqual([
      { state: 'StartingRole', details: 'then', from: at(0), to: at(3), ending: 'seen' },
      { state: 'ReadyRole', details: '', from: at(3), to: at(5), ending: 'seen' },
    ]);
  });

  it('has every generation of a process, with the cause of its end; a number that is used again is another process', () => {
    const { processes } = instanceOf([
      status(0, 'ReadyRole'),
      started(1, 'WaHostBootstrapper', 7),
      ended(2, 'WaHostBootstrapper', 7, { kind: 'killed', signal: 'SIGKILL' }),
      started(3, 'WaHostBootstrapper', 7),
      started(4, 'other', 7, { kind: 'program' }),
      { type: 'stopped', at: at(5) },
    ]);
    expect(processes).toEqual([
      {
        name: 'WaHostBootstrapper',
        pid: 7,
        kind: 'played',
        from: at(1),
        to: at(2),
        ending: 'seen',
        cause: { kind: 'killed', signal: 'SIGKILL' },
        debugged: [],
      },
      { name: 'WaHostBootstrapper', pid: 7, kind: 'played', from: at(3), to: at(4), ending: 'unseen', debugged: [] },
      { name: 'other', pid: 7, kind: 'program', from: at(4), to: at(5), ending: 'seen', debugged: [] },
    ]);
  });

  it('shows startup tasks with type and exit code', () => {
    const task = { index: 2, type: 'simple', context: 'limited' } as const;
    const { processes } = instanceOf([
      status(0, 'StartingRole'),
      started(1, 'setup.js', 7, { kind: 'task', task }),
      ended(2, 'setup.js', 7, { kind: 'exited', code: 3010 }),
    ]);
    expect(processes[0]).toMatchObject({ task, cause: { kind: 'exited', code: 3010 } });
  });

  it('shows when a debugger was at a process: until it goes on, or has ended', () => {
    const debug = (seconds: number, state: 'broken into' | 'attached' | 'running'): JournalRecord => ({
      type: 'debug',
      at: at(seconds),
      instance: 'W_IN_0',
      name: 'A',
      pid: 7,
      state,
    });
    const { processes } = instanceOf([
      status(0, 'ReadyRole'),
      started(1, 'A', 7),
      debug(2, 'broken into'),
      debug(3, 'attached'),
      debug(4, 'running'),
      debug(5, 'broken into'),
      ended(6, 'A', 7, { kind: 'asked' }),
    ]);
    expect(processes[0]?.debugged.map(({ state, from, to }) => [state, from, to])).toEqual([
      ['broken into', at(2), at(3)],
      ['attached', at(3), at(4)],
      ['broken into', at(5), at(6)],
    ]);
  });

  it('has the window from the loss of the bootstrapper to the next start, and from when on files were free', () => {
    expect(instanceOf(killed).windows).toEqual([{ from: at(10), to: at(30), ending: 'seen', restartAt: at(30), freeFrom: at(13) }]);
  });

  it('tells a patch once, with what it means; the backup that it makes is no change of its own', () => {
    expect(instanceOf(killed).drives).toEqual([
      { at: at(20), what: 'patched', drivePath: 'E:\\approot\\W.dll', text: 'E:\\approot\\W.dll was patched; it has changed in time' },
    ]);
  });

  it('has copies by hand, those that Windows would have refused marked, and drives that were made anew', () => {
    const { drives } = instanceOf([
      status(0, 'ReadyRole'),
      { type: 'drives', at: at(1), instance: 'W_IN_0', rebuilt: ['D', 'E'] },
      { type: 'file', at: at(2), instance: 'W_IN_0', what: 'changed', refused: true, drivePath: 'E:\\a', text: 'E:\\a has changed' },
    ]);
    expect(drives).toEqual([
      { at: at(1), what: 'rebuilt', text: 'D: and E: made anew' },
      { at: at(2), what: 'changed', refused: true, drivePath: 'E:\\a', text: 'E:\\a has changed' },
    ]);
  });

  it('knows when the load balancer had it in rotation', () => {
    expect(instanceOf(killed).rotation.map(({ from, to }) => [from, to])).toEqual([
      [at(5), at(11)],
      [at(34), at(41)],
    ]);
  });

  it('has what the System log says, and errors of the other logs', () => {
    const event = (seconds: number, log: EventEntry['log'], id: number, level: EventEntry['level']): EventEntry => ({
      time: at(seconds),
      log,
      source: 's',
      id,
      level,
      message: 'one\ntwo',
    });
    const { events } = instanceOf(killed, runAt(0), [
      event(-5, 'System', 12, 'Information'),
      event(1, 'System', 6005, 'Information'),
      event(2, 'Windows Azure', 10001, 'Information'),
      event(3, 'Application', 1026, 'Error'),
    ]);
    expect(events.map(({ id, message }) => [id, message])).toEqual([
      [6005, 'one'],
      [1026, 'one'],
    ]);
  });
});

describe('a limit', () => {
  const limitsOf = (records: readonly JournalRecord[], run = runAt(0)) => instanceOf(records, run).limits;

  it('counts the way to Ready from the first state of the role on, whatever else it says', () => {
    expect(
      limitsOf([
        status(0, 'StartingVM'),
        status(5, 'CreatingRole'),
        status(6, 'StartingRole'),
        status(9, 'BusyRole'),
        status(12, 'ReadyRole'),
        status(13, 'BusyRole'),
      ]),
    ).toEqual([
      { limit: 'start', from: at(5), to: at(12), ending: 'seen', outcome: 'reached', limitMs: 1_800_000, azureMs: 7_000, speed: 1 },
    ]);
  });

  it('is crossed by what is longer than it, at the moment at which it was over', () => {
    const [span] = limitsOf([status(0, 'StartingRole'), status(2_050, 'ReadyRole')]);
    expect(span).toMatchObject({ outcome: 'reached', azureMs: 2_050_000, crossedAt: at(1_800) });
    expect(limitsOf([status(0, 'StartingRole'), status(1_800, 'ReadyRole')])[0]).not.toHaveProperty('crossedAt');
  });

  it('is counted in Azure time, without the time in which the machine slept', () => {
    const run = runAt(0, { speed: 60 });
    const fast = limitsOf([status(0, 'StartingRole'), status(40, 'ReadyRole', { azureMs: 2_400_000 })], run);
    expect(fast[0]).toMatchObject({ azureMs: 2_400_000, crossedAt: at(30), speed: 60 });
    const slept = limitsOf([status(0, 'StartingRole'), status(4_000, 'ReadyRole', { azureMs: 9_000 })]);
    expect(slept[0]).toMatchObject({ azureMs: 9_000 });
    expect(slept[0]).not.toHaveProperty('crossedAt');
  });

  it('begins anew with each attempt: a role that cycles is not a slow one', () => {
    const outcomes = limitsOf([
      status(0, 'StartingRole'),
      status(1_000, 'RestartingRole'),
      status(1_010, 'StartingRole'),
      status(2_010, 'CyclingRole'),
    ]);
    expect(outcomes.map(({ outcome, azureMs, crossedAt }) => [outcome, azureMs, crossedAt])).toEqual([
      ['missed', 1_000_000, undefined],
      ['missed', 1_000_000, undefined],
    ]);
  });

  it('of a stop is five minutes', () => {
    expect(limitsOf([status(0, 'ReadyRole'), status(10, 'StoppingRole'), status(400, 'StoppingVM')])).toEqual([
      {
        limit: 'stop',
        from: at(10),
        to: at(400),
        ending: 'seen',
        outcome: 'reached',
        limitMs: 300_000,
        azureMs: 390_000,
        crossedAt: at(310),
        speed: 1,
      },
    ]);
  });

  it('goes on while the emulator does', () => {
    const records = [status(0, 'StartingRole')];
    const runs = runsOf({ now: Date.parse(at(2_400)), livingPid: 100 }, { run: runAt(0), records });
    const [instance] = buildTimeline(runs, new Map(), at(0)).instances;
    expect(instance?.limits[0]).toMatchObject({ outcome: 'goes on', ending: 'goes on', azureMs: 2_400_000, crossedAt: at(1_800) });
  });
});

describe('a run', () => {
  const records = [status(0, 'ReadyRole'), started(1, 'A', 7)];
  const endOf = (...args: Parameters<typeof runsOf>) => runsOf(...args).map(({ run }) => [run.ending, run.to]);

  it('has ended when it says so, goes on while its emulator lives, and else was last seen when its VMs were', () => {
    const now = Date.parse(at(100));
    const run = runAt(0);
    expect(endOf({ now }, { run, records: [...records, { type: 'stopped', at: at(9) }] })).toEqual([['seen', at(9)]]);
    expect(endOf({ now, livingPid: 100 }, { run, records })).toEqual([['goes on', at(100)]]);
    expect(endOf({ now, lastSign: at(60) }, { run, records })).toEqual([['unseen', at(60)]]);
    expect(endOf({ now, livingPid: 5 }, { run, records })).toEqual([['unseen', at(1)]]);
  });

  it('that was killed has its last sign of life from the run after it, which found the drives as they were', () => {
    const next = {
      run: runAt(50, { pid: 200, formerSign: at(40) }),
      records: [status(50, 'ReadyRole'), { type: 'stopped', at: at(60) } as const],
    };
    expect(endOf({ lastSign: at(59) }, { run: runAt(0), records }, next)).toEqual([
      ['unseen', at(40)],
      ['seen', at(60)],
    ]);
  });
});

describe('the journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolevm-timeline-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, ...lines: readonly (object | string)[]) =>
    writeFileSync(join(folder, name), lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''));
  const read = () => readJournal(join(folder, 'timeline.jsonl'));

  it('is read with its former file; what the head of a new file repeats counts once', async () => {
    const first = status(0, 'ReadyRole');
    write('timeline.jsonl.old', runAt(0), first, started(1, 'A', 7));
    write('timeline.jsonl', runAt(0), first, started(1, 'A', 7), ended(2, 'A', 7, { kind: 'asked' }));
    expect((await read()).map(({ records }) => records.map(({ type }) => type))).toEqual([['status', 'process.started', 'process.ended']]);
  });

  it('is read in spite of torn, strange and endless lines', async () => {
    write(
      'timeline.jsonl',
      runAt(0),
      '{"type":"status","at"\n',
      { type: 'unheard of' },
      '\u0000\n',
      `${'x'.repeat(50_000)}\n`,
      status(1, 'ReadyRole'),
      '{"type":"sta',
    );
    expect((await read()).map(({ records }) => records)).toEqual([[status(1, 'ReadyRole')]]);
  });

  it('has no run that has started nothing', async () => {
    write('timeline.jsonl', runAt(0), { type: 'notice', at: at(0), text: 'no' }, runAt(5), status(6, 'ReadyRole'));
    expect((await read()).map(({ run }) => run.at)).toEqual([at(5)]);
  });

  it('that is missing or says nothing of the time asked for is told with what to do', async () => {
    const place = { stateDirectory: folder, logsDirectory: folder };
    await expect(readTimeline(place, {})).rejects.toMatchObject({ code: 'RV6411' });
    write('timeline.jsonl', runAt(0), ...killed);
    await expect(readTimeline(place, { sinceMs: 60_000 })).rejects.toMatchObject({ code: 'RV6412' });
    await expect(readTimeline(place, { instance: 'nobody' })).rejects.toMatchObject({ code: 'RV6402' });
    expect((await readTimeline(place, { instance: 'w_in_0' })).instances.map(({ name }) => name)).toEqual(['W_IN_0']);
    const since = await readTimeline(place, { sinceMs: 30_000 }, Date.parse(at(45)));
    expect(since.from).toBe(at(15));
    expect(since.instances[0]?.processes.map(({ pid }) => pid)).toEqual([10, 21, 22, 23]);
  });

  it('is shown run by run', async () => {
    const place = { stateDirectory: folder, logsDirectory: folder };
    const later = [status(100, 'ReadyRole'), { type: 'stopped', at: at(110) }];
    write('timeline.jsonl', runAt(0), ...killed, runAt(100, { pid: 300 }), ...later);
    expect((await readTimeline(place, {})).runs.map(({ pid }) => pid)).toEqual([300]);
    expect((await readTimeline(place, { runs: 2 })).runs.map(({ pid }) => pid)).toEqual([100, 300]);
  });
});
