import { wasWanted } from '../../contracts/exit-cause.ts';
import { durationText } from '../../control/duration-text.ts';
import type { Timeline } from '../../taskmgr/timeline/timeline.ts';
import { driveCharacters, shadeCharacters } from './rows.ts';
import type { Scale } from './scale.ts';
import { shadeNames, shadeOf, shadeOrder } from './shades.ts';

/** What the characters of a drawing mean, as far as it has them. Blanks at which no line may end are U+00A0. */
export function legendOf({ instances }: Timeline, { segments }: Scale): string {
  const states = instances.flatMap((instance) => instance.states);
  const processes = instances.flatMap((instance) => instance.processes);
  const windows = instances.flatMap((instance) => instance.windows);
  const drives = instances.flatMap((instance) => instance.drives);
  const shades = shadeOrder.filter((shade) => states.some(({ state }) => shadeOf(state) === shade));
  const cut = segments.filter(({ kind }) => kind !== 'shown').map(({ from, to }) => durationText(to - from));
  const marks = [
    ...shades.map((shade) => `${shadeCharacters[shade]} ${shadeNames[shade]}`),
    '┣━┫ process',
    ...(processes.some(({ cause }) => cause !== undefined && !wasWanted(cause)) ? ['✗ ended unasked'] : []),
    ...(processes.some(({ ending }) => ending === 'unseen') ? ['? end not seen'] : []),
    ...(processes.some(({ debugged }) => debugged.length > 0) ? ['▚ stopped by a debugger'] : []),
    ...(windows.length > 0 ? ['. restart window'] : []),
    ...(windows.some(({ freeFrom }) => freeFrom !== undefined) ? ['= files are free'] : []),
    ...[...new Set(drives.map(({ what, refused }) => (refused === true ? 'refused' : what)))].map(
      (what) => `${driveCharacters[what]} ${what}`,
    ),
    ...(cut.length === 0 ? [] : [`⌇ cut short: ${cut.join(', ')}`]),
  ];
  return marks.map((mark) => mark.replaceAll(' ', '\u00a0')).join('\u00a0\u00a0 ');
}
