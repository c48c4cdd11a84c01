import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmEventName } from '../../../contracts/events.ts';
import { fateOf, happens, type MarkedDrive, markByHand, markedDrives, marksOn, vmOf, withInstances } from '../../support/emulator/marks.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

/** A row of AB 6.1 as it stands there: P preserved, R rebuilt. */
interface Row {
  readonly is: string;
  readonly event: VmEventName | 'ten minutes';
  readonly drives: readonly [C: 'P' | 'R', D: 'P' | 'R', roleDrive: 'P' | 'R'];
  /** Whether Windows restarts. */
  readonly vm: 'yes' | 'no' | 'new VM';
  /** AB 3.1, from the first word to Ready. */
  readonly states: readonly string[];
  /** AB 7.3: what the System log has of it afterwards. One that stood on a D: that is gone has gone with it. */
  readonly system: readonly number[];
  /** Of the drive of the role afterwards, after E: and after F:. */
  readonly letters: readonly [afterE: 'E' | 'F', afterF: 'E' | 'F'];
}

const starts = ['CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole'];
const shutdown = ['StoppingRole', 'StoppingVM', 'StartingVM', ...starts];
const kept = [1074, 13, 6006, 12, 6005];
const stays = ['E', 'F'] as const;
const begins = ['E', 'E'] as const;

const rows: readonly Row[] = [
  {
    is: 'reboot from inside',
    event: 'reboot',
    drives: ['P', 'P', 'P'],
    vm: 'yes',
    states: shutdown.slice(1),
    system: kept,
    letters: stays,
  },
  {
    is: 'node power cycle',
    event: 'power-cycle',
    drives: ['P', 'R', 'P'],
    vm: 'yes',
    states: shutdown.slice(1),
    system: [12, 6005],
    letters: stays,
  },
  {
    is: 'host OS update',
    event: 'update-host',
    drives: ['P', 'P', 'R'],
    vm: 'yes',
    states: shutdown,
    system: kept,
    letters: stays,
  },
  { is: 'portal/API reboot', event: 'portal-reboot', drives: ['P', 'P', 'R'], vm: 'yes', states: shutdown, system: kept, letters: stays },
  {
    is: 'Stop/Start of the deployment',
    event: 'start',
    drives: ['P', 'P', 'R'],
    vm: 'no',
    states: ['StoppingRole', 'StoppedVM', ...starts],
    system: [],
    letters: stays,
  },
  { is: 'portal/API reimage', event: 'reimage', drives: ['P', 'R', 'R'], vm: 'yes', states: shutdown, system: [12, 6005], letters: stays },
  {
    is: 'guest OS update',
    event: 'update-guest',
    drives: ['P', 'R', 'R'],
    vm: 'yes',
    states: shutdown,
    system: [12, 6005],
    letters: stays,
  },
  {
    is: 'in-place upgrade',
    event: 'upgrade',
    drives: ['P', 'P', 'R'],
    vm: 'no',
    states: ['StoppingRole', ...starts],
    system: [],
    letters: ['F', 'E'],
  },
  {
    is: 'node migration, service healing',
    event: 'migrate',
    drives: ['R', 'R', 'R'],
    vm: 'new VM',
    states: ['StoppingVM', 'DeletingVM', 'CreatingVM', 'StartingVM', ...starts],
    system: [12, 6005],
    letters: begins,
  },
  {
    is: 'Rebuild Role Instance',
    event: 'rebuild',
    drives: ['R', 'R', 'R'],
    vm: 'yes',
    states: shutdown,
    system: [12, 6005],
    letters: begins,
  },
  {
    is: 'role recycle, RequestRecycle',
    event: 'recycle',
    drives: ['P', 'P', 'P'],
    vm: 'no',
    states: ['StoppingRole', ...starts],
    system: [],
    letters: stays,
  },
  {
    is: 'guest agent update (K6)',
    event: 'update-agent',
    drives: ['P', 'P', 'P'],
    vm: 'no',
    states: ['StoppingRole', ...starts],
    system: [],
    letters: stays,
  },
  {
    is: 'restart by the host agent after ten minutes of silence (K7)',
    event: 'ten minutes',
    drives: ['P', 'P', 'P'],
    vm: 'yes',
    states: ['UnresponsiveRole', 'StoppingVM', 'StartingVM', ...starts],
    system: [12, 6005, 6008],
    letters: stays,
  },
];

/** What an event has done to an instance whose role was on a drive of this letter. */
interface Outcome {
  readonly writers: Readonly<Record<MarkedDrive, readonly string[]>>;
  readonly fates: Readonly<Record<MarkedDrive, string>>;
  readonly ranAgain: readonly string[];
  readonly states: readonly string[];
  readonly details: readonly string[];
  readonly system: readonly { readonly id: number; readonly message: string }[];
  readonly printed: readonly string[];
  /** How often AppAgentRuntime.log.old tells of it. */
  readonly stopContainer: number;
  readonly letters: readonly string[];
  readonly told: readonly string[];
  readonly loaded: readonly string[];
}

interface Subject {
  readonly row: Row;
  readonly place: Place;
  readonly up: RunningEmulator;
  readonly instance: string;
}

const openPlace = places(afterAll);
const outcomes = new Map<string, Outcome>();

/** Each event on an instance of its own, first with its role on E:, then on F:. A host update takes every guest of its node. */
beforeAll(async () => {
  const alone = rows.filter(({ event }) => event === 'update-host');
  const subjects = await Promise.all([subjectsFor(rows.filter((row) => !alone.includes(row))), subjectsFor(alone)]);
  for (const letter of ['E', 'F'] as const) {
    await Promise.all(
      subjects.flat().map(async (subject) => {
        const { row, place, up, instance } = subject;
        if (vmOf(place, instance).roleDrive !== letter) await happens(place, up, 'upgrade', instance);
        outcomes.set(`${row.event} ${letter}`, await outcomeOf(subject));
      }),
    );
  }
}, 180_000);

async function subjectsFor(chosen: readonly Row[]): Promise<readonly Subject[]> {
  const place = openPlace('marked', withInstances(chosen.length));
  const up = place.up({ timings: { guestLostMs: 400_000, hostRebootMs: 20_000 }, settings: { vmsPerNode: 1 } });
  await up.ready();
  return chosen.map((row, index) => ({ row, place, up, instance: `Marked_IN_${index}` }));
}

async function outcomeOf(subject: Subject): Promise<Outcome> {
  const { row, place, up, instance } = subject;
  markByHand(place, instance);
  const before = marksOn(place, instance);
  const formerStops = stopsOfContainer(place, instance);
  const formerSystem = await systemLog(place, instance);
  const from = row.event === 'ten minutes' ? await silence(subject) : await happens(place, up, row.event, instance);
  const after = marksOn(place, instance);
  const { roleDrive } = vmOf(place, instance);
  const entry = (await up.status()).instances.find(({ name }) => name === instance);
  const system = await systemLog(place, instance);
  const ofInstance = up.story.of('status', from).filter((item) => item.instance.name === instance);
  return {
    writers: { C: writersOf(before.C), D: writersOf(before.D), roleDrive: writersOf(before.roleDrive) },
    fates: {
      C: fateOf(before.C, after.C),
      D: fateOf(before.D, after.D),
      roleDrive: fateOf(before.roleDrive, after.roleDrive),
    },
    ranAgain: writersOf(after.C.filter((name) => !before.C.includes(name))),
    states: up.story.states(instance, from),
    details: ofInstance.map((item) => item.instance.details),
    system: isStart(formerSystem, system) ? system.slice(formerSystem.length) : system,
    printed: up.story.printed(instance, from),
    stopContainer: stopsOfContainer(place, instance) - formerStops,
    letters: ['E', 'F'].filter((letter) => existsSync(place.file(instance, letter))),
    told: [roleDrive, ...Object.keys(entry?.drives ?? {})],
    loaded: (entry?.loaded ?? []).map(({ file }) => file),
  };
}

/** `task.4711` is of the task. */
function writersOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.replace(/\..*/, '')))].sort();
}

/** A host update is known afterwards by `Context_Start` with `StopContainer()` in the files AppAgentRuntime.log.old (S1). */
function stopsOfContainer(place: Place, instance: string): number {
  const folder = place.file(instance, 'C/Logs');
  const files = readdirSync(folder).filter((name) => name.startsWith('AppAgentRuntime.log.old'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const begun = lines.filter((line) => /\] \[INFO\] {2}Context_Start, Context="StopContainer\(\)", Container=[0-9a-f]{32}$/.test(line));
  const ended = lines.filter((line) => line.endsWith('Context_End, Context="StopContainer()", Result=0x0'));
  expect(ended).toHaveLength(begun.length);
  return begun.length;
}

/** A guest agent that nobody hears of any more. */
async function silence({ place, up, instance }: Subject): Promise<number> {
  const from = up.story.now;
  const agent = (await up.ps()).find((process) => process.instance === instance && process.name === 'WindowsAzureGuestAgent');
  process.kill(agent?.pid ?? 0, 'SIGSTOP');
  await up.story.status(instance, 'UnresponsiveRole', from);
  await up.story.status(instance, 'ReadyRole', from);
  // It is written when the log has been read.
  while (!(await systemLog(place, instance)).some(({ id }) => id === 6008)) await new Promise((resolve) => setTimeout(resolve, 50));
  return from;
}

interface SystemEntry {
  readonly id: number;
  readonly message: string;
  readonly time: string;
}

async function systemLog(place: Place, instance: string): Promise<readonly SystemEntry[]> {
  const { stdout } = await place.rolevm('events', instance);
  const all = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return all.filter(({ log }) => log === 'System');
}

function isStart(some: readonly SystemEntry[], all: readonly SystemEntry[]): boolean {
  return some.every(({ time }, index) => all[index]?.time === time);
}

const cases = rows.flatMap((row) => (['E', 'F'] as const).map((letter) => ({ ...row, letter })));

describe.each(cases)('$is, with the role on $letter:', ({ event, letter, drives, vm, states, system, letters }) => {
  const outcome = () => outcomes.get(`${event} ${letter}`) as Outcome;

  it.each(markedDrives.map((drive, index) => [drive, drives[index]] as const))(
    '%s is %s, whether a task, the role or somebody by hand has written to it',
    (drive, fate) => {
      expect(outcome().writers[drive]).toEqual(['hand', 'role', 'task']);
      expect(outcome().fates[drive]).toBe(fate);
    },
  );

  it('runs startup tasks and the role again', () => {
    expect(outcome().ranAgain).toEqual(['role', 'task']);
  });

  it('passes through the states of AB 3.1 in order', () => {
    expect(outcome().states).toEqual(states);
    expect(outcome().details.includes('Waiting for Host')).toBe(event === 'update-host');
  });

  it(`leaves in the System log what Windows has seen of it (restart: ${vm})`, () => {
    expect(outcome().system.map(({ id }) => id)).toEqual(system);
    const initiators = outcome().system.flatMap(({ id, message }) => (id === 1074 ? [message] : []));
    const expected = event === 'reboot' ? 'D:\\Windows\\System32\\shutdown.exe' : 'D:\\Packages\\GuestAgent\\WaAppAgent.exe';
    expect(initiators.filter((message) => !message.includes(expected))).toEqual([]);
  });

  it('lets the role end in order where it passes through StoppingRole, and else asks nobody (K4)', () => {
    const said = outcome().printed.filter((line) => line.startsWith('OnStop'));
    expect(said).toEqual(states.includes('StoppingRole') ? ['OnStop begins', 'OnStop ends'] : []);
  });

  it('is told as StopContainer() in AppAgentRuntime.log.old where the platform stops the VM in order and C: stays', () => {
    expect(outcome().stopContainer).toBe(states === shutdown && drives[0] === 'P' ? 1 : 0);
  });

  it('leaves the role on the letter of AB, and on no other; status, its paths and what is loaded have it too', () => {
    const expected = letters[letter === 'E' ? 0 : 1];
    expect(outcome().letters).toEqual([expected]);
    expect(outcome().told).toEqual([expected, 'C', 'D', expected]);
    expect(outcome().loaded).toContain(`${expected}:\\approot\\Marked.dll`);
  });
});
