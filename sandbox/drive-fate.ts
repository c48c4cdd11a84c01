import type { DriveFate } from '../contracts/event-plan.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { RoleDriveLetter } from '../contracts/vm-document.ts';

/** One row of AB 6.1, with what leads to it and what it leaves behind. */
export interface EventFate {
  readonly C: Extract<DriveFate, 'preserved' | 'rebuilt'>;
  readonly D: Extract<DriveFate, 'preserved' | 'rebuilt'>;
  /** Of E: or F:, whichever it is. */
  readonly roleDrive: DriveFate;
  /** Letter of the role's drive afterwards. */
  readonly letter: 'stays' | 'flips' | 'begins at E:';
  readonly windows: 'stays on' | 'restarts' | 'loses its power' | 'is that of a new VM';
  /** How the role ends before. Orderly is with Stopping and OnStop (K4); `not at all` is for a role that does not run. */
  readonly stop: 'orderly' | 'abrupt' | 'not at all';
  /** The role starts: its startup tasks run again, and what every start empties is emptied (AB 6.1, footnote). */
  readonly startsRole: boolean;
  /**
   * Ids in the System log, which lies on D: those written while Windows shuts down and those of its boot. 6008, an unexpected shutdown, is
   * in no row: each event that cuts the power takes D: with it, and with D: the log that would show that nobody has written 6006.
   */
  readonly systemEvents: { readonly shutdown: readonly number[]; readonly boot: readonly number[] };
}

const kept = { C: 'preserved', D: 'preserved', roleDrive: 'preserved', letter: 'stays' } as const;

/** 12 and 13 are Kernel-General's, 6005 and 6006 EventLog's, 1074 is USER32's (AB 7.3). */
const shutdown = [1074, 13, 6006];
const boot = [12, 6005];

const staysOn = { windows: 'stays on', systemEvents: { shutdown: [], boot: [] } } as const;
const restarts = { windows: 'restarts', systemEvents: { shutdown, boot } } as const;
const withoutGoodbye = { shutdown: [], boot };

const orderlyStart = { stop: 'orderly', startsRole: true } as const;
const abruptStart = { stop: 'abrupt', startsRole: true } as const;

/**
 * What becomes of the drives, and of everything else, at an event (AB 6.1). Nothing else decides.
 *
 * Stop and Start are one row in AB: what is lost shows at the start.
 */
export const eventFates: Readonly<Record<VmEventName, EventFate>> = {
  recycle: { ...kept, ...staysOn, ...orderlyStart },
  // Not the fabric's doing, so nobody raises Stopping (K4); for Windows it is a shutdown like any other.
  reboot: { ...kept, ...restarts, ...abruptStart },
  'portal-reboot': { ...kept, roleDrive: 'rebuilt', ...restarts, ...orderlyStart },
  'power-cycle': { ...kept, D: 'rebuilt', windows: 'loses its power', systemEvents: withoutGoodbye, ...abruptStart },
  reimage: { ...kept, D: 'rebuilt', roleDrive: 'rebuilt', ...restarts, ...orderlyStart },
  rebuild: { C: 'rebuilt', D: 'rebuilt', roleDrive: 'rebuilt', letter: 'begins at E:', ...restarts, ...orderlyStart },
  upgrade: { ...kept, roleDrive: 'replaced by the other letter', letter: 'flips', ...staysOn, ...orderlyStart },
  migrate: {
    C: 'rebuilt',
    D: 'rebuilt',
    roleDrive: 'rebuilt',
    letter: 'begins at E:',
    windows: 'is that of a new VM',
    systemEvents: withoutGoodbye,
    ...abruptStart,
  },
  stop: { ...kept, ...staysOn, stop: 'orderly', startsRole: false },
  // The disk is mounted anew, Windows is not (K17).
  start: { ...kept, roleDrive: 'rebuilt', ...staysOn, stop: 'not at all', startsRole: true },
  'update-host': { ...kept, roleDrive: 'rebuilt', ...restarts, ...orderlyStart },
  'update-guest': { ...kept, D: 'rebuilt', roleDrive: 'rebuilt', ...restarts, ...orderlyStart },
  // Only the role host is stopped for it (K6).
  'update-agent': { ...kept, ...staysOn, ...orderlyStart },
};

/** The letter of the role's drive after an event. @param letter the one before */
export function roleDriveAfter(event: VmEventName, letter: RoleDriveLetter): RoleDriveLetter {
  const rule = eventFates[event].letter;
  if (rule === 'begins at E:') return 'E';
  return rule === 'stays' ? letter : letter === 'E' ? 'F' : 'E';
}
