import { vmEvents } from '../contracts/events.ts';
import { type Paint, painter } from '../control/colour.ts';
import { type EventFate, eventFates } from '../sandbox/drive-fate.ts';
import { table } from './table.ts';

/** What survives what, as one screen: the table of AB 6.1 with its letter rule and its footnote. */
export function survivalLines(colour: boolean): readonly string[] {
  const paint = painter(colour);
  const head = ['EVENT', 'C:', 'D:', 'E:', 'WINDOWS', 'ONSTOP BEFORE', 'STARTUP TASKS'].map((title) => paint('gray', title));
  const rows = vmEvents.map((event) => [paint('bold', event), ...cellsOf(eventFates[event], paint)]);
  return [
    ...table([head, ...rows]),
    '',
    'At every start of the role LocalStorage with cleanOnRoleRecycle="true" and RoleTemp are emptied; DiagnosticStore never is.',
    'E: stands for the drive of the role: E: at first, the other one of E: and F: after each upgrade, E: again after rebuild and migrate.',
    'stop and start belong together: what a stopped deployment loses, it loses at its start.',
  ];
}

function cellsOf(fate: EventFate, paint: Paint): readonly string[] {
  return [
    ...[fate.C, fate.D].map((cell) => (cell === 'preserved' ? paint('green', 'stays') : paint('red', cell))),
    fate.roleDrive === 'preserved' ? paint('green', 'stays') : paint('red', roleDriveText(fate)),
    windowsTexts[fate.windows],
    stopTexts[fate.stop],
    fate.startsRole ? 'run again' : '–',
  ];
}

function roleDriveText({ letter }: EventFate): string {
  if (letter === 'flips') return 'rebuilt, under the other letter';
  return letter === 'begins at E:' ? 'rebuilt, as E:' : 'rebuilt';
}

const windowsTexts: Readonly<Record<EventFate['windows'], string>> = {
  'stays on': 'stays on',
  restarts: 'restarts',
  'loses its power': 'loses its power',
  'is that of a new VM': 'is a new one',
};

const stopTexts: Readonly<Record<EventFate['stop'], string>> = { orderly: 'yes', abrupt: 'no', 'not at all': '–' };
