import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEntry } from '../../../logs/event-entry.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
let place: Place;
let up: RunningEmulator;
beforeAll(() => {
  place = openPlace('contract');
  // Whatever fails is not started again while it is looked at: an hour at this speed is a minute and a half.
  up = place.up({ timings: { crashRestartMs: 3_600_000 } });
});

async function eventsOf(instance: string): Promise<EventEntry[]> {
  const { stdout } = await place.rolevm('events', instance);
  return stdout.split('\n').map((line) => JSON.parse(line) as EventEntry);
}

/** Where a role has come to rest after its first failure, with what it was that failed. */
async function failureOf(role: string): Promise<{ readonly details: string; readonly states: readonly string[] }> {
  const failed = await up.story.item('status', ({ instance }) => instance.role === role && instance.details.includes('Last exit time'));
  expect(failed.instance).toMatchObject({ state: 'RestartingRole', portalState: 'Recycling' });
  expect(failed.instance.details).toMatch(/ Last exit time: \[\d{4}\/\d\d\/\d\d, \d\d:\d\d:\d\d\.\d{3}\]\.$/);
  return { details: failed.instance.details.replace(/ Last exit time.*$/, ''), states: up.story.states(`${role}_IN_0`).slice(4) };
}

describe('the DLL of a role may be', () => {
  it.each([
    ['CommonJs', 'OnStart of a CommonJS module'],
    ['EsModule', 'OnStart of an ES module'],
    ['Suffixed', 'OnStart of a module under its own extension'],
  ])('a module as %s is', async (role, line) => {
    await up.story.status(`${role}_IN_0`, 'ReadyRole');
    await up.story.output(`${role}_IN_0`, line);
  });

  it.each(['CommonJs', 'EsModule'])('%s: OnStop is called when it is stopped in order', async (role) => {
    await up.story.output(`${role}_IN_0`, 'Run');
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', `${role}_IN_0`);
    await up.story.output(`${role}_IN_0`, 'Run', from);
    expect(up.story.printed(`${role}_IN_0`, from).map((line) => line.split(' ')[0])).toEqual(['OnStop', 'OnStart', 'Run']);
  });
});

describe('a DLL that cannot be loaded is named in one sentence', () => {
  it.each([
    [
      'Assembly',
      'Role entrypoint could not be created: Assembly.dll is a .NET assembly; rolevm runs roles written in JavaScript: put a JavaScript module of that name in its place.',
    ],
    [
      'TopLevelAwait',
      'Role entrypoint could not be created: TopLevelAwait.dll uses top-level await, which a role’s module cannot: move it into onStart.'.replace(
        '’',
        "'",
      ),
    ],
    [
      'Nothing',
      'Role entrypoint could not be created: Unable to load the role entry point: Nothing.dll has no default export with onStart, run or onStop.',
    ],
  ])('%s', async (role, sentence) => {
    const { details, states } = await failureOf(role);
    expect(details).toBe(sentence);
    expect(states).toEqual(['StartingRole', 'BusyRole', 'RestartingRole']);
  });

  it('Broken, whose own require fails', async () => {
    const { details } = await failureOf('Broken');
    expect(details).toMatch(/^Role entrypoint could not be created: Cannot find module '\.\/not-in-the-package\.js'/);
  });
});

describe('OnStart', () => {
  it('that returns false ends the host at once: no Run, no OnStop', async () => {
    const { details, states } = await failureOf('OnStartFalse');
    expect(details).toBe('Role has encountered an error and has stopped. OnStart returned false.');
    expect(states).toEqual(['StartingRole', 'BusyRole', 'RestartingRole']);
    await up.story.output('OnStartFalse_IN_0', 'OnStart');
    expect(up.story.printed('OnStartFalse_IN_0')).toEqual(['OnStart']);
  });

  it('that throws is a crash with the exception in the details: no Run, no OnStop', async () => {
    const { details, states } = await failureOf('OnStartThrows');
    expect(details).toMatch(/^Unhandled Exception: TypeError: no connection string\n {4}at .*OnStartThrows\.dll:3/);
    expect(states).toEqual(['StartingRole', 'BusyRole', 'RestartingRole']);
    expect(up.story.printed('OnStartThrows_IN_0')).not.toContain('Run');
    expect(up.story.printed('OnStartThrows_IN_0')).not.toContain('OnStop');
  });
});

describe('Run', () => {
  it('that returns is an orderly recycle: OnStop, then the next start, and no failure', async () => {
    const states = () => up.story.states('RunReturns_IN_0').slice(4);
    await up.story.item(
      'status',
      ({ instance }) => instance.name === 'RunReturns_IN_0' && instance.state === 'ReadyRole' && instance.recycles === 1,
    );
    expect(states()).toEqual([
      'StartingRole',
      'BusyRole',
      'ReadyRole',
      'StoppingRole',
      'CreatingRole',
      'StartingRole',
      'BusyRole',
      'ReadyRole',
    ]);
    await up.story.item('output', () => up.story.printed('RunReturns_IN_0').length === 4);
    expect(up.story.printed('RunReturns_IN_0')).toEqual(['Run', 'OnStop begins', 'OnStop ends', 'Run']);
    expect((await up.story.ended('RunReturns_IN_0', 'WaWorkerHost')).cause).toEqual({ kind: 'asked', code: 0 });
  });

  it.each([
    ['RunThrows', 'throws', /^Unhandled Exception: RangeError: queue not found\n {4}at .*RunThrows\.dll:5/],
    ['Unhandled', 'leaves a rejection unhandled', /^Unhandled Exception: Error: nobody awaits this\n {4}at .*Unhandled\.dll:3/],
    ['Thrown', 'lets a callback throw', /^Unhandled Exception: Error: thrown in a callback\n {4}at .*Thrown\.dll:4/],
  ])('of %s, which %s, is a crash: no OnStop, the exception in the details', async (role, _, text) => {
    const { details, states } = await failureOf(role);
    expect(details).toMatch(text);
    expect(states).toEqual(['StartingRole', 'BusyRole', 'ReadyRole', 'RestartingRole']);
    // Of the host's own code nothing is shown.
    expect(details).not.toContain('WaWorkerHost.exe');
    expect(up.story.printed(`${role}_IN_0`)).not.toContain('OnStop');
    expect((await up.story.ended(`${role}_IN_0`, 'WaWorkerHost')).cause).toMatchObject({ kind: 'exited', code: 1 });
  });

  it('that throws is entered into the event logs: 10100, 1026, 1000', async () => {
    await failureOf('RunThrows');
    const entries = (await eventsOf('RunThrows_IN_0')).filter(({ level }) => level === 'Error');
    expect(entries.map(({ log, source, id }) => [log, source.replace(/ [\d.]+$/, ''), id])).toEqual(
      expect.arrayContaining([
        ['Windows Azure', 'Windows Azure Runtime', 10100],
        ['Application', '.NET Runtime', 1026],
        ['Application', 'Application Error', 1000],
      ]),
    );
    for (const id of [10100, 1026]) expect(entries.find((entry) => entry.id === id)?.message).toContain('RangeError: queue not found');
    expect(entries.find((entry) => entry.id === 1000)?.message).toContain('Exception code: 0xe0434352');
  });
});

describe('OnStop', () => {
  it('that throws does not keep the role from its recycle', async () => {
    await up.story.status('OnStopThrows_IN_0', 'ReadyRole');
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', 'OnStopThrows_IN_0');
    await up.story.status('OnStopThrows_IN_0', 'ReadyRole', from);
    expect(up.story.states('OnStopThrows_IN_0', from)).toEqual(['StoppingRole', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
  });
});

describe('a stop of roles that have failed', () => {
  it('waits for none of them', async () => {
    await Promise.all(['OnStartFalse', 'RunThrows', 'Assembly'].map(failureOf));
    expect(await up.stop()).toBe(0);
    expect(up.errors()).toBe('');
  });
});
