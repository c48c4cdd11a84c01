import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmEventName } from '../../../contracts/events.ts';
import { fateOf, happens, type Marks, markByHand, marksOn, raise, vmOf, withInstances } from '../../support/emulator/marks.ts';
import { nothingLeft } from '../../support/emulator/processes-of.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

/** P or R of C:, D: and the drive of the role (AB 6.1), and its letter. */
type End = `${'P' | 'R'}${'P' | 'R'}${'P' | 'R'} ${'E' | 'F'}`;

const openPlace = places(afterAll);
const settings = { vmsPerNode: 1 };
const timings = { hostRebootMs: 20_000 };

/** How the drives of an instance were before something happened to it. */
interface Before {
  readonly instance: string;
  readonly marks: Marks;
  readonly letter: 'E' | 'F';
}

function before(place: Place, instance: string): Before {
  markByHand(place, instance);
  return { instance, marks: marksOn(place, instance), letter: vmOf(place, instance).roleDrive };
}

function endOf(place: Place, { instance, marks, letter }: Before): string {
  const after = marksOn(place, instance);
  const now = vmOf(place, instance).roleDrive;
  const flipped = now === letter ? 'E' : 'F';
  return `${fateOf(marks.C, after.C)}${fateOf(marks.D, after.D)}${fateOf(marks.roleDrive, after.roleDrive)} ${flipped}`;
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The event was faster.
  }
}

/** As they end without a kill, of a role that was on E:. */
const undisturbed: readonly (readonly [VmEventName, End])[] = [
  ['reimage', 'PRR E'],
  ['portal-reboot', 'PPR E'],
  ['upgrade', 'PPR F'],
  ['start', 'PPR E'],
  ['power-cycle', 'PRP E'],
  ['update-host', 'PPR E'],
];

describe.each(['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost'])('a killed %s in the middle of', (victim) => {
  const ends = new Map<string, string>();

  beforeAll(async () => {
    const place = openPlace('marked', withInstances(undisturbed.length));
    const up = place.up({ timings, settings });
    await up.ready();
    await Promise.all(
      undisturbed.map(async ([event], index) => {
        const instance = `Marked_IN_${index}`;
        const formerly = before(place, instance);
        const victims = (await up.ps()).filter((process) => process.instance === instance && process.name === victim);
        expect(victims).toHaveLength(1);
        const from = up.story.now;
        const through = happens(place, up, event, instance);
        const moment =
          event === 'power-cycle' ? up.story.status(instance, 'StoppingVM', from) : up.story.output(instance, 'OnStop begins', from);
        await moment;
        for (const { pid } of victims) end(pid);
        await through;
        ends.set(event, endOf(place, formerly));
      }),
    );
    expect(await up.stop()).toBe(0);
  }, 120_000);

  it.each(undisturbed)('%s leaves the drives as without that', (event, expected) => {
    expect(ends.get(event)).toBe(expected);
  });
});

const begun: readonly VmEventName[] = [
  'reimage',
  'portal-reboot',
  'rebuild',
  'upgrade',
  'migrate',
  'power-cycle',
  'reboot',
  'recycle',
  'stop',
];

/** With the power cycle that a killed emulator is: D: is anew, the patch on the role's drive stays unless the event takes it. */
const afterPowerLoss: Readonly<Partial<Record<VmEventName, End>>> = {
  reimage: 'PRR E',
  'portal-reboot': 'PRR E',
  rebuild: 'RRR E',
  upgrade: 'PRR F',
  migrate: 'RRR E',
  'power-cycle': 'PRP E',
  reboot: 'PRP E',
  recycle: 'PRP E',
  stop: 'PRP E',
};

/** With the Start that follows an orderly end: the role's drive is anew. */
const afterOrderlyEnd: typeof afterPowerLoss = {
  reimage: 'PRR E',
  'portal-reboot': 'PPR E',
  rebuild: 'RRR E',
  upgrade: 'PPR F',
  migrate: 'RRR E',
  'power-cycle': 'PRR E',
  reboot: 'PPR E',
  recycle: 'PPR E',
  stop: 'PPR E',
};

interface Interruption {
  readonly what: string;
  readonly when: 'roles stop' | 'drives change';
  readonly by: (up: RunningEmulator, emulator: number) => void;
  readonly ends: typeof afterPowerLoss;
  /** Whether an instance that was stopped is stopped afterwards. */
  readonly staysStopped: boolean;
  /** Nobody is left who would end what a VM that was being powered off has left: the next up does. */
  readonly endedByNext?: true;
}

const killed = (_: RunningEmulator, emulator: number) => process.kill(emulator, 'SIGKILL');
const interruptions: readonly Interruption[] = [
  { what: 'rolevm up is killed while roles stop', when: 'roles stop', by: killed, ends: afterPowerLoss, staysStopped: true },
  { what: 'rolevm up is killed while drives change', when: 'drives change', by: killed, ends: afterPowerLoss, staysStopped: true },
  {
    what: 'keeper and rolevm up are killed at once',
    when: 'roles stop',
    by: (up, emulator) => {
      process.kill(up.keeperPid, 'SIGKILL');
      process.kill(emulator, 'SIGKILL');
    },
    ends: afterPowerLoss,
    staysStopped: true,
    endedByNext: true,
  },
  {
    what: 'the keeper is killed',
    when: 'roles stop',
    by: (up) => process.kill(up.keeperPid, 'SIGKILL'),
    ends: afterOrderlyEnd,
    staysStopped: false,
  },
  { what: 'Ctrl-C is pressed', when: 'roles stop', by: (up) => up.pressCtrlC(), ends: afterOrderlyEnd, staysStopped: false },
];

describe.each(interruptions)('when $what, the next rolevm up brings to its end', ({ when, by, ends, staysStopped, endedByNext }) => {
  const found = new Map<string, string>();
  const states = new Map<string, string>();

  beforeAll(async () => {
    const place = openPlace('marked', withInstances(begun.length));
    const up = place.up({ timings, settings });
    await up.ready();
    const emulator = (await up.status()).emulator.pid;
    const formerly = begun.map((_, index) => before(place, `Marked_IN_${index}`));
    const from = up.story.now;
    await Promise.all(begun.map((event, index) => raise(place, event, `Marked_IN_${index}`)));
    if (when === 'drives change') await up.story.item('drives', () => true, from);
    else await up.story.item('output', ({ line }) => line === 'OnStop begins', from);
    by(up, emulator);
    await up.keeper;
    if (endedByNext !== true) await nothingLeft(place.stateDirectory, 20_000);

    const next = place.up({ timings, settings });
    const stopped = staysStopped ? begun.indexOf('stop') : -1;
    await Promise.all(begun.map((_, index) => next.story.status(`Marked_IN_${index}`, index === stopped ? 'StoppedVM' : 'ReadyRole')));
    for (const [index, event] of begun.entries()) {
      const one = formerly[index];
      if (one !== undefined) found.set(event, endOf(place, one));
      states.set(event, next.story.states(`Marked_IN_${index}`).at(-1) ?? '');
    }
    const { deployment } = await next.status();
    expect(deployment.status).toBe('Running');
    expect(await next.stop()).toBe(0);
  }, 120_000);

  it.each(begun)('%s', (event) => {
    expect(found.get(event)).toBe(ends[event]);
    expect(states.get(event)).toBe(event === 'stop' && staysStopped ? 'StoppedVM' : 'ReadyRole');
  });
});
