import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemEvents } from '../../../agents/vm/system-events.ts';
import { type VmEventName, vmEvents } from '../../../contracts/events.ts';
import { readEvents } from '../../../logs/read-events.ts';
import { type EventFate, eventFates, roleDriveAfter } from '../../../sandbox/drive-fate.ts';

/** The rows of AB 6.1 and its letter rule in their own words, and the stop before by K4: C:, D:, E:/F:, VM, tasks, E: becomes, F: becomes, stop. */
const rows: readonly (readonly [string, readonly VmEventName[], string])[] = [
  ['reboot from inside', ['reboot'], 'P P P | yes | yes | E F | abrupt'],
  ['node power cycle', ['power-cycle'], 'P R P | yes | yes | E F | abrupt'],
  ['portal/API reboot; host OS update', ['portal-reboot', 'update-host'], 'P P R | yes | yes | E F | orderly'],
  ['portal/API reimage; guest OS update', ['reimage', 'update-guest'], 'P R R | yes | yes | E F | orderly'],
  ['in-place upgrade', ['upgrade'], 'P P flips | no | yes | F E | orderly'],
  ['node migration, service healing', ['migrate'], 'R R R | new VM | yes | E E | abrupt'],
  ['Rebuild Role Instance', ['rebuild'], 'R R R | yes | yes | E E | orderly'],
  ['role recycle', ['recycle'], 'P P P | no | yes | E F | orderly'],
  ['guest agent update', ['update-agent'], 'P P P | no | yes | E F | orderly'],
  // Stop/Start of the deployment, P P R | no | yes, in its two halves.
  ['stop', ['stop'], 'P P P | no | no | E F | orderly'],
  ['start', ['start'], 'P P R | no | yes | E F | not at all'],
];

const drive = { preserved: 'P', rebuilt: 'R', 'replaced by the other letter': 'flips' } as const;
const windows = { 'stays on': 'no', restarts: 'yes', 'loses its power': 'yes', 'is that of a new VM': 'new VM' } as const;

function rowOf(event: VmEventName): string {
  const fate = eventFates[event];
  return [
    [fate.C, fate.D, fate.roleDrive].map((cell) => drive[cell]).join(' '),
    windows[fate.windows],
    fate.startsRole ? 'yes' : 'no',
    `${roleDriveAfter(event, 'E')} ${roleDriveAfter(event, 'F')}`,
    fate.stop,
  ].join(' | ');
}

describe('the table of events and drives', () => {
  it.each(rows.flatMap(([row, events, cells]) => events.map((event) => [event, row, cells] as const)))(
    'has for %s what AB 6.1 says of "%s"',
    (event, _, cells) => {
      expect(rowOf(event)).toBe(cells);
    },
  );

  it('has every event, and the test has it once', () => {
    expect(rows.flatMap(([, events]) => events).sort()).toEqual([...vmEvents].sort());
    expect(Object.keys(eventFates).sort()).toEqual([...vmEvents].sort());
  });

  it('gives the role another letter exactly where the drive is replaced by it', () => {
    const flips = (fate: EventFate) => [fate.letter === 'flips', fate.roleDrive === 'replaced by the other letter'];
    for (const fate of Object.values(eventFates)) expect(flips(fate)[0]).toBe(flips(fate)[1]);
  });
});

describe('the System log', () => {
  it.each(vmEvents)('after %s has a shutdown and a boot exactly where Windows has them', (event) => {
    const { windows: fate, systemEvents: written } = eventFates[event];
    expect(written.boot.length > 0).toBe(fate !== 'stays on');
    expect(written.shutdown.length > 0).toBe(fate === 'restarts');
  });

  it('gets from the VM the very events of the table, in that order', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rolevm-system-log-'));
    try {
      const log = systemEvents(directory, 'RD00155D50206D');
      log.shutsDown('platform');
      log.boots();
      const { shutdown, boot } = eventFates.reboot.systemEvents;
      expect((await readEvents(directory)).map(({ id }) => id)).toEqual([...shutdown, ...boot]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('has no 6008 in any row, because whatever cuts the power takes D: with it', () => {
    for (const { windows: fate, D, systemEvents: written } of Object.values(eventFates)) {
      if (fate !== 'stays on' && written.shutdown.length === 0) expect(D).toBe('rebuilt');
    }
  });
});
