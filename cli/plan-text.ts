import { type EventPlan, type InstancePlan, type PlannedDrive, type PlannedFile, plannedFilesListed } from '../contracts/event-plan.ts';
import { harmless, type Paint, painter } from '../control/colour.ts';
import { type EventFate, eventFates } from '../sandbox/drive-fate.ts';

/** So many files of a drive are shown to a person. */
const filesShown = 10;

/** A plan for a person: per instance what happens, per drive what becomes of its files. */
export function planLines({ event, instances }: EventPlan, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const fate = eventFates[event];
  return [
    ...instances.flatMap((plan) => [
      `${paint('bold', plan.instance)}  ${event}: ${whatHappens(plan, fate)}`,
      ...(plan.goDownWithIt ?? []).map((name) => paint('yellow', `  ${name} is on the same node and goes down with it`)),
      ...plan.drives.flatMap((drive) => driveLines(drive, paint)),
      ...(plan.tasks.length === 0 ? [] : [`  startup tasks: ${plan.tasks.map((task) => harmless(task, false)).join(', ')}`]),
    ]),
    ...(event === 'stop' ? ['What a stopped deployment loses, it loses at its start: see rolevm plan start.'] : []),
    ...(event === 'upgrade'
      ? ['The drive of the role is compared with the present package; what another one brings is not known here.']
      : []),
  ];
}

function whatHappens({ tasks, eventIds, lostEventIds }: InstancePlan, { windows, stop, startsRole }: EventFate): string {
  const left = eventIds.slice(lostEventIds.length);
  const lost = lostEventIds.length === 0 ? '' : `${lostEventIds.join(' ')} (lost with D:) `;
  return [
    windowsTexts[windows],
    ...(stop === 'not at all' ? [] : [stop === 'orderly' ? 'Stopping and OnStop before' : 'no OnStop before']),
    startsRole
      ? tasks.length === 0
        ? 'the role starts'
        : `${counted(tasks.length, 'startup task')} ${tasks.length === 1 ? 'runs' : 'run'} again`
      : 'the role does not start',
    ...(eventIds.length === 0 ? [] : [`events ${lost}${left.join(' ')}`]),
  ].join(', ');
}

const windowsTexts: Readonly<Record<EventFate['windows'], string>> = {
  'stays on': 'Windows stays on',
  restarts: 'Windows restarts',
  'loses its power': 'Windows loses its power',
  'is that of a new VM': 'a new VM starts',
};

function driveLines(drive: PlannedDrive, paint: Paint): readonly string[] {
  const users = drive.files.filter(({ platform }) => platform !== true);
  const shown = users.slice(0, filesShown);
  return [
    `  ${drive.letter}:  ${paint(drive.fate === 'preserved' ? 'green' : 'yellow', fateText(drive))}  ${summary(drive)}`,
    ...drive.patchesThatStay.map((file) => `      ${harmless(file, false)} stays (patched)`),
    ...shown.map((file) => `      ${fileText(file, drive.letter, paint)}`),
    ...restTexts(drive.filesChanged - shown.length, shown.length === users.length).map((text) => paint('gray', `      ${text}`)),
  ];
}

/** @param onlyLogs whether everything else has been shown */
function restTexts(rest: number, onlyLogs: boolean): readonly string[] {
  if (rest === 0) return [];
  return [
    onlyLogs ? `and ${counted(rest, 'log')} of Windows and the agents` : `and ${rest} more; --json names up to ${plannedFilesListed}`,
  ];
}

function fateText({ fate, comesAs }: PlannedDrive): string {
  if (comesAs === undefined) return fate;
  return fate === 'rebuilt' ? `rebuilt as ${comesAs}:` : `replaced by ${comesAs}:`;
}

function summary({ stay, comeAgain, files, filesChanged }: PlannedDrive): string {
  const changed =
    files.length === filesChanged
      ? byFate(files)
      : [`${counted(filesChanged, 'file')} ${filesChanged === 1 ? 'is' : 'are'} lost, set back or emptied`];
  const parts = [
    ...(stay === 0 ? [] : [`${counted(stay, 'file')} ${stay === 1 ? 'stays' : 'stay'}`]),
    ...(comeAgain === 0 ? [] : [`${counted(comeAgain, 'file')} ${comeAgain === 1 ? 'comes' : 'come'} again unchanged`]),
    ...changed,
  ];
  return parts.length === 0 ? 'no files' : parts.join(', ');
}

function byFate(files: readonly PlannedFile[]): readonly string[] {
  return (['lost', 'reset', 'emptied', 'returns'] as const).flatMap((becomes) => {
    const number = files.filter((file) => file.becomes === becomes).length;
    return number === 0 ? [] : [`${number} ${sums[becomes]}`];
  });
}

const sums: Readonly<Record<PlannedFile['becomes'], string>> = {
  lost: 'lost',
  reset: 'set back',
  emptied: 'emptied',
  returns: 'back again',
};

function fileText({ file, becomes, patched }: PlannedFile, letter: string, paint: Paint): string {
  const owner = letter === 'D' ? "the image's" : "the package's";
  const text = `${harmless(file, false)} ${fileTexts[becomes](owner)}${patched ? ' (patched)' : ''}`;
  return patched ? paint('red', text) : text;
}

const fileTexts: Readonly<Record<PlannedFile['becomes'], (owner: string) => string>> = {
  lost: () => 'is lost',
  reset: (owner) => `is set back to ${owner}`,
  emptied: () => 'is removed, as at each start of the role',
  returns: (owner) => `comes back as ${owner}`,
};

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
